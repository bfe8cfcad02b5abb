// Trains a diffusion model on pictures of clothes, draws its samples after each epoch, and measures their quality and variety.
import * as tf from '@tensorflow/tfjs';
import { createRandom, sampleDdim, sampleDpmSolver, saveWeights, type Denoiser } from 'tfjs-generative';
import { frechetDistance } from 'tfjs-generative/metrics';
import { saveFile, terminalProgress } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { classifierFeatures, loadClassifier } from '../shared/classifier.js';
import { loadClothes, type LabelledImages } from '../shared/image-data.js';
import { measureImages, printMeasures, samplesFor, featuresOf } from '../shared/image-measures.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { readSavedRun, resume } from '../shared/saved-run.js';
import { trainInEpochs } from '../shared/train-in-epochs.js';
import { createModel, createSource } from './model.js';
import { drawPictures, drawSamples } from './pictures.js';
import { readPlan } from './plan.js';
import { bestWay, callsOf, makeSamples, type Way } from './sampling.js';

const FOLDER = 'out/diffusion-images';

/** Ways to sample that are compared, with fewer samples than the best one is measured with. */
const WAYS: readonly Way[] = [
  ...[5, 10, 20, 50].map((steps) => ({ sampler: sampleDpmSolver, steps, guidance: 1 })),
  ...[10, 20, 50].map((steps) => ({ sampler: sampleDdim, steps, guidance: 1 })),
  ...[1.25, 1.5, 2, 3].map((guidance) => ({ ...bestWay, guidance })),
];
const COMPARED_SAMPLES = 2_000;

const options = readOptions({
  command: 'npm run example -- diffusion-images',
  about: `Trains a diffusion model on Fashion-MNIST, measures its samples, and draws them after each epoch into ${FOLDER}.`,
  options: {
    data: {
      kind: 'folder',
      help: 'the four IDX files of Fashion-MNIST; by default the subset that ships with the examples',
    },
    epochs: { kind: 'integer', minimum: 1, help: 'total passes over the training images; 16 by default' },
    target: { kind: 'choice', choices: ['velocity', 'noise'], help: 'what the network predicts; velocity by default' },
    times: {
      kind: 'choice',
      choices: ['log-normal', 'uniform'],
      help: 'the timesteps of training: more of those in the middle, as by default, or of all alike',
    },
    resume: { kind: 'file', help: `continue from a checkpoint such as ${FOLDER}/checkpoint-04.safetensors` },
    compare: { kind: 'flag', help: `also measure ${WAYS.length} other ways to sample` },
    'no-pictures': { kind: 'flag', help: 'leave out the pictures of guidance, inpainting and interpolation' },
    weights: { kind: 'output', help: 'write the weights of the averaged denoiser' },
  },
});

run(async () => {
  const began = performance.now();
  const { train: training, test } = await loadClothes(options.data);
  const saved = options.resume === undefined ? undefined : await readSavedRun(options.resume);
  const plan = readPlan(saved?.bytes, options);
  const { epochs, target, times, seed } = plan;
  const backend = await startBackend(options);
  const random = createRandom(seed);

  const source = createSource(training, random);
  const steps = epochs * source.batchesPerEpoch;
  const { trainer, averaged } = createModel({ recipe: plan, steps, random });
  if (saved !== undefined) await resume(trainer, source, saved);

  const trainingSeconds = await trainInEpochs(trainer, source, {
    plan,
    folder: FOLDER,
    label: 'diffusion',
    shown: ({ loss }) => ({ loss }),
    draw: () => drawSamples(averaged, random.fork('pictures'), 3),
  });
  if (options.weights !== undefined) await saveFile(options.weights, await saveWeights(averaged));
  const pictures = options['no-pictures'] ? {} : await drawPictures({ denoiser: averaged, test, random });
  for (const [name, png] of Object.entries(pictures)) await saveFile(`${FOLDER}/${name}.png`, png);

  const progress = terminalProgress({ total: samplesFor(test), label: 'samples' });
  const samples = await makeSamples(averaged, {
    count: samplesFor(test),
    random: random.fork('samples'),
    onSamples: (done) => progress.update(done, {}),
  });
  progress.stop();
  const measures = await measureImages(samples, { test, seed });
  samples.dispose();
  printMeasures(measures);
  const ways = options.compare ? await compare(averaged, test, seed) : undefined;
  const seconds = (performance.now() - began) / 1000;
  const report = { ...measures, ways, calls: callsOf(bestWay), epochs, steps, target, times };
  await writeReport(options.json, { ...report, trainingSeconds, seconds, seed, backend });
  for (const name of [`epoch-${String(epochs).padStart(2, '0')}`, ...Object.keys(pictures)]) {
    console.log(`${FOLDER}/${name}.png`);
  }
  console.log(`done in ${seconds.toFixed(0)} s`);
});

/** The Frechet distance of each way to sample. */
async function compare(denoiser: Denoiser, test: LabelledImages, seed: number): Promise<object[]> {
  const classifier = await loadClassifier();
  const real = featuresOf(classifier, test, samplesFor(test));
  const results: object[] = [];
  for (const way of WAYS) {
    const count = Math.min(COMPARED_SAMPLES, samplesFor(test));
    const samples = await makeSamples(denoiser, { count, random: createRandom(seed).fork('compared'), way });
    const features = classifier.features(samples);
    const { value } = await frechetDistance(features, real, { features: classifierFeatures, seed });
    tf.dispose([samples, features]);
    const { sampler, steps, guidance } = way;
    console.log(
      `${sampler.name}, ${steps} steps, guidance ${guidance}, ${callsOf(way)} calls: Frechet distance ${value.toFixed(2)}`,
    );
    results.push({
      sampler: sampler.name,
      steps,
      guidance,
      calls: callsOf(way),
      samples: count,
      frechetDistance: value,
    });
  }
  real.dispose();
  classifier.dispose();
  return results;
}
