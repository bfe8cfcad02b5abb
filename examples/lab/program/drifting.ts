import source from '../data/drift.js?raw';
import type { Experiment } from '../experiment/experiment.js';
import type { ProgramParts } from './parts.js';

/** The model of `training/points/drifting.ts`, as text. */
export function driftingParts({ width, rate, tau }: Experiment): ProgramParts {
  const drift = source.slice(source.indexOf('/**')).replace('export ', '').trim();
  return {
    imports: ['createAdam', 'createGenerator', 'createTrainer', 'mlp', 'uniformPrior'],
    model: `
${drift}

const create = () =>
  createGenerator(mlp({ sizes: [2, ${width}, ${width}, ${width}, 2], random: random.fork('generator') }), {
    latentSize: 2,
    prior: uniformPrior,
  });
// the generator, and its average over the last updates
const [generator, average] = [create(), create()];
const tau = ${tau};
const trainer = createTrainer({
  name: 'drifting',
  parts: { generator },
  optimizer: createAdam({ learningRate: ${rate} }),
  random,
  averages: { generator: { into: average, decay: 0.995 } },
  settings: { tau },
  loss: ({ x, random }) => {
    const made = generator.generate(generator.sampleLatent(x.shape[0], random));
    // where the samples would drift, a constant to the gradient
    const goal = tf.customGrad(() => ({ value: tf.add(made, drift(made, x, made, tau)), gradFunc: () => [] }))();
    return { loss: tf.mean(tf.square(tf.sub(made, goal))) };
  },
});`,
    sampling: `const samples = average.sample(8, random.fork('samples'));`,
    shown: 'metrics.loss',
  };
}
