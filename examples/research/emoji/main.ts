// Trains a diffusion model on emoji, or on a folder of your own pictures, draws its samples as it learns, and measures them.
import * as tf from '@tensorflow/tfjs';
import { createRandom, saveCheckpoint, type RandomStream } from 'tfjs-generative';
import { saveModel } from 'tfjs-generative/model';
import { loadFile, saveFile } from 'tfjs-generative/node';
import { startBackend } from '../../shared/backend.js';
import type { Classifier } from '../../shared/classifier.js';
import { heapMegabytes } from '../shared/heap.js';
import { InputError } from '../../shared/input-error.js';
import { colourOf, readOptions } from '../../shared/options.js';
import { run, writeReport } from '../../shared/report.js';
import { readSavedRun, resume } from '../../shared/saved-run.js';
import { trainInParts } from '../../shared/train-in-parts.js';
import { mirroredClasses } from './augment.js';
import { loadPictureAutoencoder } from './autoencoder.js';
import { loadPictureClassifier, trainPictureClassifier } from './classifier.js';
import { frechetDistances, printFrechetDistances } from './distances.js';
import { balanced, type ColourSet } from '../../shared/colour-pictures.js';
import { loadPictures } from '../../shared/load-pictures.js';
import { measurePictures, printPictureMeasures } from './measures.js';
import { createModel, createSource } from './model.js';
import { drawPictures } from './pictures.js';
import { readPlan } from './plan.js';
import { loadPictureModel, type PictureModel } from '../../emoji-samples/picture-model.js';
import { drawSheet, enlarged, makeSamples, plainly } from '../../emoji-samples/sampling.js';

const FOLDER = 'out/emoji';
/** Number of parts of a run, each of which ends with a picture and a checkpoint. */
const PARTS = 10;

const options = readOptions({
  command: 'npm run example -- emoji',
  about: `Trains a diffusion model on emoji or your own pictures, and draws samples of each class into ${FOLDER} ten times during the run.`,
  options: {
    data: {
      kind: 'folder',
      help: 'a folder of your own pictures, with a sub-folder for each class if there are several; by default the included emoji',
    },
    package: {
      kind: 'folder',
      help: 'an unpacked npm package such as emoji-datasource-google, instead of the included emoji',
    },
    size: {
      kind: 'choice',
      choices: ['32', '64'],
      default: '32',
      help: 'height and width of the scaled pictures',
    },
    background: { kind: 'colour', default: '#ffffff', help: 'the colour under transparent pixels' },
    flips: {
      kind: 'choice',
      choices: ['all', 'none'],
      help: 'which pictures to mirror half of the time; by default animals, food, people and faces of the emoji, and none of yours',
    },
    steps: { kind: 'integer', minimum: 1, help: 'total updates, with 64 pictures each; 5000 by default' },
    trained: {
      kind: 'file',
      help: 'a model file to measure and draw, such as the included one, instead of training',
    },
    guide: {
      kind: 'file',
      help: 'with --trained, a weaker denoiser of the same pictures, away from which samples are led',
    },
    samples: { kind: 'file', help: 'samples to measure instead of training, such as those of pytorch.py' },
    classifier: {
      kind: 'integer',
      default: 600,
      minimum: 1,
      help: 'updates of the classifier that measures your own pictures',
    },
    resume: { kind: 'file', help: `continue from a checkpoint such as ${FOLDER}/checkpoint-040.safetensors` },
    'no-pictures': { kind: 'flag', help: 'leave out the pictures of guidance, interpolation and inpainting' },
    weights: { kind: 'output', help: 'write the averaged denoiser as a model file of half floats' },
  },
});

run(async () => {
  const began = performance.now();
  if (options.guide !== undefined && options.trained === undefined) {
    throw new InputError(`--guide ${options.guide}: only --trained has a use for it.`);
  }
  const size = Number(options.size);
  const set = await loadPictures({ ...options, size, background: colourOf(options.background) });
  const saved = options.resume === undefined ? undefined : await readSavedRun(options.resume);
  const { classes } = set.train;
  const plan = readPlan(saved?.bytes, { steps: options.steps, seed: options.seed, size, classes });
  const { steps, seed } = plan;
  const backend = await startBackend(options);
  const random = createRandom(seed);

  const flipped =
    options.flips === undefined ? mirroredClasses(classes) : options.flips === 'all' ? [...classes.keys()] : [];
  const source = createSource(set.train, flipped, random);
  const { trainer, averaged, parameters } = createModel({ classes: classes.length, size, steps, random });
  const model: PictureModel =
    options.trained === undefined
      ? { denoiser: averaged, sampling: plainly }
      : await loadPictureModel(
          await loadFile(options.trained),
          options.guide === undefined ? undefined : await loadFile(options.guide),
        );
  const { denoiser, sampling, upscaler } = model;
  const material = { ...model, classes: classes.length, size, random };
  let trainingSeconds = 0;
  if (options.trained === undefined && options.samples === undefined) {
    if (saved !== undefined) await resume(trainer, source, saved);
    console.log(`${set.train.labels.shape[0]} pictures, ${parameters} parameters; rows: ${classes.join(', ')}`);
    trainingSeconds = await trainInParts(trainer, source, {
      steps,
      part: Math.ceil(steps / PARTS),
      label: 'emoji',
      shown: ({ loss }) => ({ loss }),
      save: async (updates) => {
        const name = String(Math.round((100 * updates) / steps)).padStart(3, '0');
        const sheet = await drawSheet({ ...material, random: random.fork('pictures') });
        await saveFile(`${FOLDER}/samples-${name}.png`, sheet);
        const checkpoint = await saveCheckpoint(trainer, { data: source, metadata: { ...plan, updates } });
        await saveFile(`${FOLDER}/checkpoint-${name}.safetensors`, checkpoint);
      },
    });
    console.log(`${FOLDER}/samples-100.png`);
  }
  if (options.weights !== undefined) {
    const metadata = { size, classes: [...classes] };
    await saveFile(options.weights, await saveModel({ denoiser }, { dtype: 'F16', metadata }));
  }

  const { labels } = balanced(set.heldOut);
  const samples =
    options.samples === undefined
      ? enlarged(
          await makeSamples(denoiser, { labels: labels.data, size, random: random.fork('samples'), sampling }),
          upscaler,
        )
      : await readSamples(options.samples, [labels.shape[0], size, size, 3]);
  const classifier = options.data === undefined ? await loadPictureClassifier() : await classifierFor(set, random);
  const measures = await measurePictures(samples, labels.data, { set, seed, classifier });
  printPictureMeasures(measures);
  const networks = options.data === undefined ? [classifier, await loadPictureAutoencoder()] : [classifier];
  const distances = await frechetDistances(samples, set, networks);
  printFrechetDistances(distances);
  const pictures = options['no-pictures'] || options.samples !== undefined ? {} : await drawPictures(material, set);
  for (const [name, png] of Object.entries(pictures)) {
    await saveFile(`${FOLDER}/${name}.png`, png);
    console.log(`${FOLDER}/${name}.png`);
  }
  const seconds = (performance.now() - began) / 1000;
  const { trained, guide } = options;
  const run = { steps, parameters, trained, guide, trainingSeconds, heap: heapMegabytes(), seconds, seed, backend };
  await writeReport(options.json, { ...measures, distances, ...run });
  console.log(`done in ${seconds.toFixed(0)} s`);
});

/** Reads samples from a file of bytes. */
async function readSamples(path: string, shape: readonly [number, number, number, number]): Promise<tf.Tensor> {
  const bytes = await loadFile(path);
  const expected = shape.reduce((product, length) => product * length, 1);
  if (bytes.length !== expected) {
    throw new InputError(`--samples ${path}: ${expected} bytes are needed, ${shape.join(' x ')}; got ${bytes.length}.`);
  }
  return tf.tidy(() => tf.div(tf.tensor(Float32Array.from(bytes), [...shape]), 255));
}

/** A classifier of your own classes; with a single class there is nothing to distinguish, and the features are those of the emoji classifier. */
async function classifierFor({ train }: ColourSet, random: RandomStream): Promise<Classifier> {
  if (train.classes.length === 1) {
    return { ...(await loadPictureClassifier()), probabilities: ({ shape: [count] }) => tf.ones([count, 1]) };
  }
  const own = { pictures: train, updates: options.classifier, random: random.fork('classifier') };
  return (await trainPictureClassifier(own)).classifier;
}
