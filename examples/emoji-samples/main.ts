// Draws emoji from the included weights: a sheet of all nine classes in seconds, without training.
import { createRandom } from 'tfjs-generative';
import { describeModel, loadModel } from 'tfjs-generative/model';
import { loadFile, saveFile } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { examplePath } from '../shared/example-path.js';
import { InputError } from '../shared/input-error.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { drawColours } from './colours.js';
import { drawSheet } from './sampling.js';

const PICTURE = 'out/emoji-samples/samples.png';
const COLOURS = 'out/emoji-samples/colours.png';
const WEIGHTS = examplePath('emoji-samples/denoiser.safetensors');

const options = readOptions({
  command: 'npm run example -- emoji-samples',
  about: `Draws samples from a trained diffusion model of emoji into ${PICTURE}, one class per row.`,
  options: {
    each: { kind: 'integer', default: 10, minimum: 1, maximum: 100, help: 'number of samples of each class' },
    colours: {
      kind: 'flag',
      help: `pull samples towards red, green and blue, and draw them into ${COLOURS} instead of the sheet`,
    },
    weights: {
      kind: 'file',
      default: WEIGHTS,
      help: 'a model file that emoji wrote with --weights; by default the included one',
    },
  },
});

run(async () => {
  const began = performance.now();
  const bytes = await loadFile(options.weights);
  const { size, classes } = describeModel(bytes).metadata as { size?: number; classes?: readonly string[] };
  if (size === undefined || classes === undefined) {
    throw new InputError(`--weights ${options.weights}: this is not a file written by emoji.`);
  }
  const backend = await startBackend(options);
  const { denoiser } = await loadModel(bytes, { as: { denoiser: 'denoiser' } });
  const random = createRandom(options.seed);
  if (options.colours) {
    const { picture, distances } = await drawColours({ denoiser, classes: classes.length, size, random });
    await saveFile(COLOURS, picture);
    await writeReport(options.json, { picture: COLOURS, distances, seed: options.seed, backend });
    for (const { goal, plain, pulled } of distances) {
      console.log(`distance from ${goal.join(', ')}: ${plain.toFixed(3)}, pulled: ${pulled.toFixed(3)}`);
    }
    console.log(COLOURS);
    return;
  }
  await saveFile(PICTURE, await drawSheet({ denoiser, classes: classes.length, size, random }, options.each));
  const seconds = (performance.now() - began) / 1000;
  const samples = classes.length * options.each;
  await writeReport(options.json, { picture: PICTURE, samples, classes, seconds, seed: options.seed, backend });
  console.log(`${PICTURE}; rows: ${classes.join(', ')}`);
});
