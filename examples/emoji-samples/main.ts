// Draws emoji from the included weights: a sheet of all nine classes in seconds, without training.
import { createRandom } from 'tfjs-generative';
import { describeModel } from 'tfjs-generative/model';
import { encodePng, loadFile, saveFile } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { examplePath } from '../shared/example-path.js';
import { encodeGif } from '../shared/gif.js';
import { InputError } from '../shared/input-error.js';
import { loadPictures } from '../shared/load-pictures.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { drawColours } from './colours.js';
import { drawCompletion, drawMorphing, type Film } from './moving.js';
import { loadPictureModel } from './picture-model.js';
import { drawSheet } from './sampling.js';

const PICTURE = 'out/emoji-samples/samples.png';
const COLOURS = 'out/emoji-samples/colours.png';
const [MORPHING, COMPLETION] = ['out/emoji-samples/morphing', 'out/emoji-samples/completion'];
const WEIGHTS = examplePath('emoji-samples/emoji-64.safetensors');
const GUIDE = examplePath('emoji-samples/denoiser.safetensors');

const options = readOptions({
  command: 'npm run example -- emoji-samples',
  about: `Draws samples from a trained diffusion model of emoji into ${PICTURE}, one class per row.`,
  options: {
    each: { kind: 'integer', default: 10, minimum: 1, maximum: 100, help: 'number of samples of each class' },
    colours: {
      kind: 'flag',
      help: `pull samples towards red, green and blue, and draw them into ${COLOURS} instead of the sheet`,
    },
    moving: {
      kind: 'flag',
      help: `draw two moving pictures instead, ${MORPHING}.gif and ${COMPLETION}.gif, and a frame of each`,
    },
    weights: {
      kind: 'file',
      default: WEIGHTS,
      help: 'a model file that emoji wrote with --weights; by default the included one',
    },
    guide: {
      kind: 'file',
      help: 'a weaker denoiser of the same pictures, away from which samples are led; by default one that ships with the included weights',
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
  const guide = options.guide ?? (options.weights === WEIGHTS ? GUIDE : undefined);
  const model = await loadPictureModel(bytes, guide === undefined ? undefined : await loadFile(guide));
  const material = { ...model, classes: classes.length, size, random: createRandom(options.seed) };
  if (options.moving) {
    const { heldOut } = await loadPictures({ size, background: [1, 1, 1] });
    await saveFilm(MORPHING, await drawMorphing(material, classes));
    await saveFilm(COMPLETION, await drawCompletion(material, heldOut));
    await writeReport(options.json, { pictures: [MORPHING, COMPLETION], seed: options.seed, backend });
    return;
  }
  if (options.colours) {
    const { picture, distances } = await drawColours(material);
    await saveFile(COLOURS, picture);
    await writeReport(options.json, { picture: COLOURS, distances, seed: options.seed, backend });
    for (const { goal, plain, pulled } of distances) {
      console.log(`distance from ${goal.join(', ')}: ${plain.toFixed(3)}, pulled: ${pulled.toFixed(3)}`);
    }
    console.log(COLOURS);
    return;
  }
  await saveFile(PICTURE, await drawSheet(material, options.each));
  const seconds = (performance.now() - began) / 1000;
  const samples = classes.length * options.each;
  await writeReport(options.json, { picture: PICTURE, samples, classes, seconds, seed: options.seed, backend });
  console.log(`${PICTURE}; rows: ${classes.join(', ')}`);
});

async function saveFilm(name: string, { frames, still }: Film): Promise<void> {
  await saveFile(`${name}.png`, await encodePng(frames[still]!.picture));
  await saveFile(`${name}.gif`, await encodeGif(frames));
  console.log(`${name}.gif`);
}
