// Trains the model of emoji of 64 x 64 pixels: a denoiser of 32 x 32, which continues that of `emoji`, and a network that doubles the size.
import { createRandom, saveCheckpoint, type Denoiser, type RandomStream } from 'tfjs-generative';
import { saveModel } from 'tfjs-generative/model';
import { loadFile, saveFile } from 'tfjs-generative/node';
import { loadPictureModel } from '../../emoji-samples/picture-model.js';
import { drawSheet, inTheMiddle } from '../../emoji-samples/sampling.js';
import { startBackend } from '../../shared/backend.js';
import { examplePath } from '../../shared/example-path.js';
import { loadPictures } from '../../shared/load-pictures.js';
import { readOptions } from '../../shared/options.js';
import { run, writeReport } from '../../shared/report.js';
import { readSavedRun, resume } from '../../shared/saved-run.js';
import { trainInParts } from '../../shared/train-in-parts.js';
import { changesOf, createModel, createSource } from './denoiser.js';
import { createUpscaling, drawUpscaling, upscalingError } from './upscaling.js';

const FOLDER = 'out/emoji-64';
/** Parts of each training, which end with a picture and, for the denoiser, a checkpoint. */
const [DENOISER_PARTS, UPSCALER_PARTS] = [14, 5];
/** Height and width of what the denoiser makes. */
const SIZE = 32;
const WHITE = [1, 1, 1] as const;

const options = readOptions({
  command: 'npm run example -- emoji-64',
  about: `Trains a denoiser of emoji and a network that doubles their size, and draws samples into ${FOLDER} as they learn.`,
  options: {
    package: {
      kind: 'folder',
      help: 'the unpacked npm package emoji-datasource-twitter, which has the emoji at 64 x 64; without it, only the denoiser is trained',
    },
    from: {
      kind: 'file',
      default: examplePath('emoji-samples/denoiser.safetensors'),
      help: 'the denoiser that the run starts from: that of emoji, or that of this run, to continue it with another number of updates',
    },
    steps: { kind: 'integer', minimum: 1, default: 14_000, help: 'updates of the denoiser, with 64 pictures each' },
    resume: { kind: 'file', help: `continue from a checkpoint of the denoiser, ${FOLDER}/checkpoint.safetensors` },
    upscaler: {
      kind: 'integer',
      minimum: 1,
      default: 2_000,
      help: 'updates of the network that doubles the size, with 32 pictures each',
    },
    weights: {
      kind: 'output',
      default: `${FOLDER}/emoji-64.safetensors`,
      help: 'the model file of half floats',
    },
  },
});

run(async () => {
  const began = performance.now();
  const small = await loadPictures({ size: SIZE, background: WHITE });
  const { classes } = small.train;
  const large =
    options.package && (await loadPictures({ package: options.package, size: 2 * SIZE, background: WHITE }));
  const backend = await startBackend(options);
  const random = createRandom(options.seed);
  const { denoiser: from } = await loadPictureModel(await loadFile(options.from));
  const metadata = { size: SIZE, classes: [...classes] };
  const save = async (parts: Parameters<typeof saveModel>[0]) =>
    saveFile(options.weights, await saveModel(parts, { dtype: 'F16', metadata }));
  const denoiser = await trainDenoiser(from, random);
  const error = large && (await trainUpscaler(large));
  console.log(options.weights);
  const seconds = (performance.now() - began) / 1000;
  const { steps, upscaler, seed, weights } = options;
  await writeReport(options.json, { weights, steps, upscaler, error, seed, backend, seconds });

  /** The average of the weights of a denoiser that starts with the function of `start`. */
  async function trainDenoiser(start: Denoiser, stream: RandomStream): Promise<Denoiser> {
    const change = changesOf(classes.length);
    const length = classes.length + change.size;
    const { trainer, averaged, parameters } = createModel({
      length,
      steps: options.steps,
      from: start,
      random: stream,
    });
    const source = createSource(small.train, change, stream);
    if (options.resume !== undefined) await resume(trainer, source, await readSavedRun(options.resume));
    console.log(`${small.train.labels.shape[0]} pictures, ${parameters} parameters; rows: ${classes.join(', ')}`);
    await trainInParts(trainer, source, {
      steps: options.steps,
      part: Math.ceil(options.steps / DENOISER_PARTS),
      label: 'denoiser',
      shown: ({ loss }) => ({ loss }),
      save: async (updates) => {
        const checkpoint = await saveCheckpoint(trainer, { data: source, metadata: { updates } });
        await saveFile(`${FOLDER}/checkpoint.safetensors`, checkpoint);
        await save({ denoiser: averaged });
        const pictures = stream.fork('pictures');
        const material = {
          denoiser: averaged,
          sampling: { ...inTheMiddle, guide: start },
          classes: classes.length,
          size: SIZE,
          random: pictures,
        };
        await saveFile(`${FOLDER}/samples-${String(updates).padStart(6, '0')}.png`, await drawSheet(material));
      },
    });
    return averaged;
  }

  /** Trains an upscaler and saves it next to the denoiser; resolves to the error of held-out pictures. */
  async function trainUpscaler({ train, heldOut }: Awaited<ReturnType<typeof loadPictures>>): Promise<number> {
    const own = random.fork('upscaler');
    const { averaged, trainer, source } = createUpscaling({ steps: options.upscaler, denoiser, train, random: own });
    await trainInParts(trainer, source, {
      steps: options.upscaler,
      part: Math.ceil(options.upscaler / UPSCALER_PARTS),
      label: 'upscaler',
      shown: ({ loss }) => ({ loss: loss }),
      save: async () => {
        const picture = await drawUpscaling({ upscaler: averaged, denoiser }, heldOut, random.fork('pictures'));
        await saveFile(`${FOLDER}/held-out.png`, picture);
        await save({ denoiser, upscaler: averaged });
      },
    });
    const rms = await upscalingError(averaged, heldOut);
    console.log(`root mean squared error of held-out pictures ${rms.toFixed(4)}`);
    return rms;
  }
});
