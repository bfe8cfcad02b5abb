// Trains the same flow with independent pairs and with pairs of optimal transport, from noise to a set of points or from one set to another,
// and prints how far samples are from the data after different numbers of steps.
import * as tf from '@tensorflow/tfjs';
import {
  batches,
  cosineDecay,
  createAdam,
  createDenoiser,
  createDiffusionTrainer,
  createRandom,
  denoisingMlp,
  fit,
  flowSchedule,
  optimalTransport,
  predictFlow,
  sampleDdim,
  type Denoiser,
  type RandomStream,
} from 'tfjs-generative';
import { compareByEnergy } from '../../diffusion-2d/energy-distance.js';
import { draw, swissRoll, twoMoons, type PointSet } from '../../diffusion-2d/sets.js';
import { startBackend } from '../../shared/backend.js';
import { readOptions } from '../../shared/options.js';
import { run, writeReport } from '../../shared/report.js';

const BATCH_SIZE = 128;
const TRAINING_POINTS = 50_000;
const LEARNING_RATE = 3e-3;
const STEPS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32];
const schedule = flowSchedule({ steps: 200 });

type Points = Omit<PointSet, 'name'>;

/** Points around a circle, with variance 1. */
const ring: Points = {
  curve: (n, random) => {
    const angle = random.uniform([n], 0, 2 * Math.PI);
    return tf.stack([tf.cos(angle), tf.sin(angle)], 1);
  },
  noise: 0.05,
  mean: [0, 0],
  unit: Math.sqrt(0.5 + 0.05 ** 2),
};

/** The data, and what the flow starts from; noise by default. */
const tasks: Readonly<Record<string, { readonly to: Points; readonly from?: Points }>> = {
  'two-moons': { to: twoMoons },
  'swiss-roll': { to: swissRoll },
  'moons-to-ring': { to: ring, from: twoMoons },
};

const options = readOptions({
  command: 'npm run example -- couplings',
  about: 'Trains a flow with independent pairs and with optimal transport, and prints how many steps each needs.',
  options: {
    task: { kind: 'choice', choices: Object.keys(tasks), default: 'two-moons', help: 'the sets of points' },
    updates: { kind: 'integer', default: 2_000, minimum: 1, help: 'number of updates for each model' },
    samples: { kind: 'integer', default: 1_000, minimum: 2, help: 'number of samples, compared 20 times with data' },
  },
});

run(async () => {
  const began = performance.now();
  const backend = await startBackend(options);
  const task = tasks[options.task]!;
  const [independent, coupled] = [await distancesOf(task, false), await distancesOf(task, true)];
  console.log('energy distance of samples from data, divided by that of data from data');
  console.log('| steps | independent | optimal transport |');
  console.log('|---|---|---|');
  for (const [i, steps] of STEPS.entries()) {
    console.log(`| ${steps} | ${independent[i]!.toFixed(2)} | ${coupled[i]!.toFixed(2)} |`);
  }
  const seconds = (performance.now() - began) / 1000;
  await writeReport(options.json, { steps: STEPS, independent, coupled, seconds, seed: options.seed, backend });
});

/** Trains a model, and measures its samples for each number of steps. */
async function distancesOf({ to, from }: (typeof tasks)[string], isCoupled: boolean): Promise<number[]> {
  const random = createRandom(options.seed);
  const make = (): Denoiser =>
    createDenoiser(denoisingMlp({ size: 2, width: 64, random: random.fork('denoiser') }), {
      schedule,
      predicts: predictFlow,
    });
  const [denoiser, sampled] = [make(), make()];
  const sourceOf = (set: Points, stream: RandomStream) =>
    batches(draw(set, TRAINING_POINTS, stream.fork('data')), { batchSize: BATCH_SIZE, random: stream });
  const trainer = createDiffusionTrainer({
    denoiser,
    optimizer: createAdam({
      learningRate: cosineDecay({ from: LEARNING_RATE, to: LEARNING_RATE / 1000, steps: options.updates }),
    }),
    random,
    average: { into: sampled, decay: 0.998 },
    coupling: isCoupled ? optimalTransport() : undefined,
    from: from && sourceOf(from, random.fork('from')),
  });
  await fit(trainer, sourceOf(to, random), { steps: options.updates });
  const distances: number[] = [];
  for (const steps of STEPS) {
    const [ofSamples, ofData] = [random.fork('samples'), random.fork('fresh data')];
    const shape = [options.samples, 2];
    const { energyDistance, baseline } = await compareByEnergy(
      async () => {
        const start = from ? draw(from, options.samples, ofSamples) : ofSamples.normal(shape);
        const made = await sampleDdim(sampled, { from: { x: start, timestep: schedule.steps - 1 }, steps });
        start.dispose();
        return made;
      },
      () => draw(to, options.samples, ofData),
    );
    distances.push(energyDistance / baseline);
  }
  return distances;
}
