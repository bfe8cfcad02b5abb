// Trains a diffusion model on emoji, or on a folder of your own pictures, draws its samples as it learns, and measures them.
import { createRandom, saveCheckpoint } from 'tfjs-generative';
import { saveModel } from 'tfjs-generative/model';
import { saveFile } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { heapMegabytes } from '../shared/heap.js';
import { colourOf, readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { readSavedRun, resume } from '../shared/saved-run.js';
import { trainInParts } from '../shared/train-in-parts.js';
import { loadPictures } from './data.js';
import { createModel, createSource } from './model.js';
import { drawPictures, drawSheet } from './pictures.js';
import { readPlan } from './plan.js';

const FOLDER = 'out/emoji';
/** Number of parts of a run, each of which ends with a picture and a checkpoint. */
const PARTS = 10;
/** The emoji that remain themselves in a mirror; flags, signs, clocks and letters do not. */
const MIRRORED = ['Animals & Nature', 'Food & Drink', 'People & Body', 'Smileys & Emotion'];

const options = readOptions({
  command: 'npm run example -- emoji',
  about: `Trains a diffusion model on emoji or your own pictures, and draws samples of each class after each tenth into ${FOLDER}.`,
  options: {
    data: {
      kind: 'folder',
      help: 'a folder of your own with a sub-folder of pictures for each class, such as flags/; by default the included emoji',
    },
    package: {
      kind: 'folder',
      help: 'an unpacked npm package such as emoji-datasource-google, in place of the included emoji',
    },
    size: {
      kind: 'choice',
      choices: ['32', '64'],
      default: '32',
      help: 'height and width to which pictures are scaled',
    },
    background: { kind: 'colour', default: '#ffffff', help: 'the colour under transparent pixels' },
    flips: {
      kind: 'choice',
      choices: ['all', 'none'],
      help: 'mirror half of the pictures; by default animals, food, people and faces of the emoji, and none of yours',
    },
    steps: { kind: 'integer', minimum: 1, help: 'total updates, with 64 pictures each; 5000 by default' },
    resume: { kind: 'file', help: `continue from a checkpoint such as ${FOLDER}/checkpoint-040.safetensors` },
    'no-pictures': { kind: 'flag', help: 'leave out the pictures of guidance, interpolation and inpainting' },
    weights: { kind: 'output', help: 'write the averaged denoiser as a model file of half floats' },
  },
});

run(async () => {
  const began = performance.now();
  const size = Number(options.size);
  const set = await loadPictures({ ...options, size, background: colourOf(options.background) });
  const saved = options.resume === undefined ? undefined : await readSavedRun(options.resume);
  const { classes } = set.train;
  const plan = readPlan(saved?.bytes, { steps: options.steps, seed: options.seed, size, classes });
  const { steps, seed } = plan;
  const backend = await startBackend(options);
  const random = createRandom(seed);

  const isMirrored = (name: string): boolean =>
    options.flips === undefined ? options.data === undefined && MIRRORED.includes(name) : options.flips === 'all';
  const source = createSource(
    set.train,
    [...classes.keys()].filter((i) => isMirrored(classes[i]!)),
    random,
  );
  const { trainer, averaged, parameters } = createModel({ classes: classes.length, size, steps, random });
  const material = { denoiser: averaged, classes: classes.length, size, random };
  if (saved !== undefined) await resume(trainer, source, saved);
  console.log(`${set.train.labels.shape[0]} pictures, ${parameters} parameters; rows: ${classes.join(', ')}`);
  const trainingSeconds = await trainInParts(trainer, source, {
    steps,
    part: Math.ceil(steps / PARTS),
    label: 'emoji',
    shown: ({ loss }) => ({ loss }),
    save: async (updates) => {
      const name = String(Math.round((100 * updates) / steps)).padStart(3, '0');
      await saveFile(
        `${FOLDER}/samples-${name}.png`,
        await drawSheet({ ...material, random: random.fork('pictures') }),
      );
      const metadata = { ...plan, updates };
      await saveFile(
        `${FOLDER}/checkpoint-${name}.safetensors`,
        await saveCheckpoint(trainer, { data: source, metadata }),
      );
    },
  });
  console.log(`${FOLDER}/samples-100.png`);
  if (options.weights !== undefined) {
    const metadata = { size, classes: [...classes] };
    await saveFile(options.weights, await saveModel({ denoiser: averaged }, { dtype: 'F16', metadata }));
  }
  const pictures = options['no-pictures'] ? {} : await drawPictures(material, set.heldOut);
  for (const [name, png] of Object.entries(pictures)) {
    await saveFile(`${FOLDER}/${name}.png`, png);
    console.log(`${FOLDER}/${name}.png`);
  }
  const seconds = (performance.now() - began) / 1000;
  await writeReport(options.json, {
    steps,
    parameters,
    trainingSeconds,
    heap: heapMegabytes(),
    seconds,
    seed,
    backend,
  });
  console.log(`done in ${seconds.toFixed(0)} s`);
});
