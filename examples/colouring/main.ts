// Trains a diffusion model that colours grey emoji in minutes, and draws several colourings of each: npm run example -- colouring
import * as tf from '@tensorflow/tfjs-core';
import { createRandom, imageGrid, train } from 'tfjs-generative';
import { encodePng, saveFile, terminalProgress } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { choose, inTurn, pixelsOf } from '../shared/colour-pictures.js';
import { loadPictures } from '../shared/load-pictures.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { colour, createColourist, errorsOf, greyOf, sourceOf, trainerOf } from './model.js';

const PICTURE = 'out/colouring/samples.png';
/** Pictures that are drawn, of those that are measured, and samples of each. */
const [COLUMNS, MEASURED, SAMPLES] = [10, 100, 3];

const options = readOptions({
  command: 'npm run example -- colouring',
  about: `Trains a diffusion model that colours grey emoji, and draws held-out ones into ${PICTURE}.`,
  options: {
    steps: { kind: 'integer', default: 2_400, minimum: 1, help: 'number of updates, with 32 pictures each' },
    size: { kind: 'integer', default: 32, minimum: 8, help: 'height and width of the pictures, a multiple of 4' },
    measured: { kind: 'integer', default: MEASURED, minimum: COLUMNS, help: 'how many held-out pictures to colour' },
    data: {
      kind: 'folder',
      help: 'a folder of your own pictures, with a sub-folder for each class; by default the included emoji',
    },
  },
});

run(async () => {
  const { steps, size, seed, data } = options;
  const set = await loadPictures({ data, size, background: [1, 1, 1] });
  const backend = await startBackend(options);
  const random = createRandom(seed);
  const [denoiser, average] = [0, 1].map(() => createColourist(set.train.classes.length, random)) as [ReturnType<typeof createColourist>, ReturnType<typeof createColourist>]; // prettier-ignore
  const trainer = trainerOf(denoiser, { steps, average, random });
  const progress = terminalProgress({ total: steps, label: 'colouring' });
  const began = performance.now();
  for await (const { step, metrics, verdicts } of train(trainer, sourceOf(set.train, random), {
    steps,
    reportEvery: 50,
  })) {
    progress.update(step, { loss: metrics.loss });
    for (const { message } of verdicts) progress.note(message);
  }
  progress.stop();
  const seconds = (performance.now() - began) / 1000;

  const shown = inTurn(set.heldOut);
  const count = Math.min(options.measured, shown.labels.data.length);
  const own = choose(shown, [...new Array(count).keys()]);
  const truth = pixelsOf(own);
  const grey = greyOf(truth);
  const condition = tf.tensor1d(own.labels.data, 'int32');
  const samples: tf.Tensor[] = [];
  for (let i = 0; i < SAMPLES; i++) samples.push(await colour(average, grey, condition, random.fork(`colours ${i}`)));
  const errors = await errorsOf(samples, truth);
  const picture = tf.tidy(() => {
    const rows = [truth, tf.mul(grey, tf.ones([3])), ...samples].map((row) =>
      tf.slice(row, 0, Math.min(COLUMNS, count)),
    );
    return imageGrid(tf.concat(rows), { columns: Math.min(COLUMNS, count), gap: 2, background: 1 });
  });
  await saveFile(PICTURE, await encodePng(picture, { scale: 2 }));
  tf.dispose([truth, grey, condition, samples, picture]);
  [trainer, denoiser, average].forEach((part) => part.dispose());
  await writeReport(options.json, {
    picture: PICTURE,
    updates: steps,
    seconds,
    errors,
    measured: count,
    seed,
    backend,
  });
  console.log(
    `${PICTURE}; error of a colouring ${errors.sample.toFixed(3)}, error of the grey picture ${errors.grey.toFixed(3)}; spread ${errors.spread.toFixed(3)}; luminance error ${errors.luminance.toFixed(3)}`,
  );
});
