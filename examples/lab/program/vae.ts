import { classCountOf } from '../experiment/classes.js';
import type { Experiment } from '../experiment/experiment.js';
import type { PictureShape } from '../experiment/pictures.js';
import { LABEL_SIZE, PICTURES } from '../training/sizes.js';
import { classesText, type ProgramParts } from './parts.js';

/** The networks of a VAE, as text. */
interface Networks {
  readonly imports: readonly string[];
  /** Lines before the model. */
  readonly begin?: string;
  readonly encode: string;
  readonly decode: string;
  /** The number of samples. */
  readonly made: number;
  /** Further arguments of the decoder. */
  readonly condition?: string;
}

/** The VAE of `training/families/vae.ts`, as text. */
function vaeParts(
  { latent, noise, beta, rate }: Experiment,
  { imports, begin = '', encode, decode, made, condition = '' }: Networks,
): ProgramParts {
  return {
    imports: [
      'createAdam',
      'createDecoder',
      'createGaussianEncoder',
      'createVaeTrainer',
      'elboObjective',
      'gaussian',
      ...imports,
    ],
    model: `${begin}
// q(z|x): a Gaussian over ${latent} latent${latent === 1 ? '' : 's'}
const encoder = createGaussianEncoder(
  ${encode},
  { latentSize: ${latent} },
);
// p(x|z): a Gaussian with a standard deviation of ${noise}
const decoder = createDecoder(
  ${decode},
  { likelihood: gaussian({ variance: ${noise} ** 2 }) },
);
const trainer = createVaeTrainer({
  encoder,
  decoder,
  objective: elboObjective({ beta: ${beta} }),
  optimizer: createAdam({ learningRate: ${rate} }),
  random,
});`,
    sampling: `const samples = decoder.mean(random.fork('samples').normal([${made}, ${latent}])${condition});`,
    shown: 'metrics.loss, metrics.kl',
  };
}

export function pointVaeParts(experiment: Experiment): ProgramParts {
  const { latent, width } = experiment;
  return vaeParts(experiment, {
    imports: ['mlp'],
    encode: `mlp({ sizes: [2, ${width}, ${width}, ${2 * latent}], random: random.fork('encoder') })`,
    decode: `mlp({ sizes: [${latent}, ${width}, ${width}, 2], random: random.fork('decoder') })`,
    made: 8,
  });
}

export function pictureVaeParts(experiment: Experiment, shape: PictureShape): ProgramParts {
  const { latent, channels } = experiment;
  const classes = classCountOf(experiment);
  const isConditional = classes !== undefined;
  const [height, width, colors] = shape;
  const more = isConditional ? LABEL_SIZE : 0;
  const withClasses = (body: string, name: string): string =>
    isConditional ? `withCondition(${body}, labels('${name}'))` : body;
  const sizes = (channelsOfShape: number): string => `[${height}, ${width}, ${channelsOfShape}]`;
  return vaeParts(experiment, {
    imports: ['convDecoder', 'convEncoder', ...(isConditional ? ['embedding', 'withCondition'] : [])],
    begin: isConditional
      ? `// a vector for each class
const labels = (name) => embedding({ classes: ${classes}, size: ${LABEL_SIZE}, random: random.fork(name + ' labels') });`
      : '',
    encode: withClasses(
      `convEncoder({ shape: ${sizes(colors + more)}, widths: [${channels}, ${2 * channels}], outputs: ${2 * latent}, random: random.fork('encoder') })`,
      'encoder',
    ),
    decode: withClasses(
      `convDecoder({ inputs: ${latent + more}, shape: ${sizes(colors)}, widths: [${2 * channels}, ${channels}], random: random.fork('decoder') })`,
      'decoder',
    ),
    made: PICTURES.shown,
    condition: isConditional ? `, { condition: ${classesText(experiment, PICTURES.shown)} }` : '',
  });
}
