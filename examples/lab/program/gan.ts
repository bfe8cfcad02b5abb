import { classCountOf } from '../experiment/classes.js';
import type { Experiment } from '../experiment/experiment.js';
import type { PictureShape } from '../experiment/pictures.js';
import { GAN_LATENT, PICTURES } from '../training/sizes.js';
import { classesText, type ProgramParts } from './parts.js';

const losses: Readonly<Record<Experiment['loss'], string>> = {
  'non-saturating': 'nonSaturatingLoss',
  minimax: 'minimaxLoss',
  'least-squares': 'leastSquaresLoss',
  hinge: 'hingeLoss',
  wasserstein: 'wassersteinLoss',
};

/** The line with the penalty, and the names that it needs. */
function penaltyLine({ penalty, weight }: Experiment): readonly [line: string, ...names: string[]] {
  const penalties: Readonly<Record<Experiment['penalty'], readonly [line: string, ...names: string[]]>> = {
    r1: [`\n  penalty: (critic, real) => tf.mul(${weight}, r1Penalty(critic, real)),`, 'r1Penalty'],
    gradient: [
      `\n  penalty: (critic, real, fake, mix) => tf.mul(${weight}, gradientPenalty(critic, real, fake, { mix })),`,
      'gradientPenalty',
    ],
    none: [''],
  };
  return penalties[penalty];
}

/** The networks of a GAN, as text. */
interface Networks {
  readonly imports: readonly string[];
  /** Lines before the model. */
  readonly begin?: string;
  readonly generate: string;
  readonly latents: string;
  readonly discriminate: string;
  readonly ratesApart?: number;
  /** What `sample` takes: how many, the stream, and more. */
  readonly made: string;
}

/** The GAN of `training/families/gan.ts`, as text. */
function ganParts(
  experiment: Experiment,
  { imports, begin = '', generate, latents, discriminate, ratesApart = 1, made }: Networks,
): ProgramParts {
  const { loss, rate, ratio } = experiment;
  const [line, ...names] = penaltyLine(experiment);
  const own = ratesApart === 1 ? String(rate) : `${ratesApart} * ${rate}`;
  return {
    imports: [
      'createAdam',
      'createDiscriminator',
      'createGanTrainer',
      'createGenerator',
      ...imports,
      ...names,
      losses[loss],
    ],
    model: `${begin}
const createPlayer = () =>
  createGenerator(${generate}, ${latents});
// G(z), its average over the last updates, and D(x)
const [generator, average] = [createPlayer(), createPlayer()];
const discriminator = createDiscriminator(${discriminate});
const adam = (learningRate) => createAdam({ learningRate, beta1: 0, beta2: 0.99 });
const trainer = createGanTrainer({
  generator,
  discriminator,
  loss: ${losses[loss]},
  optimizers: { generator: adam(${rate}), discriminator: adam(${own}) },${ratio === 1 ? '' : `\n  discriminatorSteps: ${ratio},`}${line}
  random,
  average: { into: average, decay: 0.995 },
});`,
    sampling: `const samples = average.sample(${made});`,
    shown: 'metrics.discriminatorLoss, metrics.generatorLoss',
  };
}

export function pointGanParts(experiment: Experiment): ProgramParts {
  const { width } = experiment;
  return ganParts(experiment, {
    imports: ['leakyRelu', 'mlp', 'uniformPrior'],
    begin: `
const network = (name, inputs, outputs) =>
  mlp({ sizes: [inputs, ${width}, ${width}, ${width}, outputs], activation: leakyRelu, random: random.fork(name) });`,
    generate: `network('generator', 2, 2)`,
    latents: `{ latentSize: 2, prior: uniformPrior }`,
    discriminate: `network('discriminator', 2, 1)`,
    made: `8, random.fork('samples')`,
  });
}

export function pictureGanParts(experiment: Experiment, shape: PictureShape): ProgramParts {
  const classes = classCountOf(experiment);
  const classesOption = classes === undefined ? '' : `, classes: ${classes}`;
  const size = `shape: [${shape.join(', ')}], width: ${experiment.channels}${classesOption}`;
  const condition = classes === undefined ? '' : `, { condition: ${classesText(experiment, PICTURES.shown)} }`;
  return ganParts(experiment, {
    imports: ['dcganDiscriminator', 'dcganGenerator'],
    begin: `const size = { ${size} };`,
    generate: `dcganGenerator({ latentSize: ${GAN_LATENT}, ...size, random: random.fork('generator') })`,
    latents: `{ latentSize: ${GAN_LATENT} }`,
    discriminate: `dcganDiscriminator({ ...size, random: random.fork('discriminator') })`,
    ratesApart: 2,
    made: `${PICTURES.shown}, random.fork('samples')${condition}`,
  });
}
