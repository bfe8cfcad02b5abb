import type { Experiment } from '../experiment/experiment.js';
import type { ProgramParts } from './parts.js';

export const losses: Readonly<Record<Experiment['loss'], string>> = {
  'non-saturating': 'nonSaturatingLoss',
  minimax: 'minimaxLoss',
  'least-squares': 'leastSquaresLoss',
  hinge: 'hingeLoss',
  wasserstein: 'wassersteinLoss',
};

/** The line with the penalty, and the names that it needs. */
export function penaltyLine({ penalty, weight }: Experiment): readonly [line: string, ...names: string[]] {
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

/** The GAN of `training/gan.ts`, as text. */
export function ganParts(experiment: Experiment): ProgramParts {
  const { width, loss, rate } = experiment;
  const [line, ...names] = penaltyLine(experiment);
  return {
    imports: [
      ...[
        'createAdam',
        'createDiscriminator',
        'createGanTrainer',
        'createGenerator',
        'leakyRelu',
        'mlp',
        'uniformPrior',
      ],
      ...names,
      losses[loss],
    ],
    model: `
const network = (name, inputs, outputs) =>
  mlp({ sizes: [inputs, ${width}, ${width}, ${width}, outputs], activation: leakyRelu, random: random.fork(name) });
const createPlayer = () => createGenerator(network('generator', 2, 2), { latentSize: 2, prior: uniformPrior });
// G(z), its average over the last updates, and D(x)
const [generator, average] = [createPlayer(), createPlayer()];
const discriminator = createDiscriminator(network('discriminator', 2, 1));
const adam = () => createAdam({ learningRate: ${rate}, beta1: 0, beta2: 0.99 });
const trainer = createGanTrainer({
  generator,
  discriminator,
  loss: ${losses[loss]},
  optimizers: { generator: adam(), discriminator: adam() },${line}
  random,
  average: { into: average, decay: 0.995 },
});`,
    sampling: `const samples = average.sample(8, random.fork('samples'));`,
    shown: 'metrics.discriminatorLoss, metrics.generatorLoss',
  };
}
