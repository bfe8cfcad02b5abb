// Compares a fine-tuned denoiser with one trained from nothing on the same hundred pictures for the same time.
import * as tf from '@tensorflow/tfjs';
import { createRandom, type Denoiser } from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { adapt } from '../../fine-tuning/adapt.js';
import { COLUMNS, drawGrid, makeSamples, someOf, spread } from '../../fine-tuning/draw.js';
import { kinds, trained } from '../../fine-tuning/kinds.js';
import { readEmoji, readOutlines } from '../../fine-tuning/pictures.js';
import { startBackend } from '../../shared/backend.js';
import { InputError } from '../../shared/input-error.js';
import { readOptions } from '../../shared/options.js';
import { run, writeReport } from '../../shared/report.js';
import { coloured, loadNetworks, measure, measureData, readHeldOut, type Measures } from './measures.js';

const FOLDER = 'out/adaptation';
/** Pictures of each block of the sheet. */
const SHOWN = 2 * COLUMNS;

const options = readOptions({
  command: 'npm run example -- adaptation',
  about: `Compares a fine-tuned denoiser with one trained from scratch for the same time, and draws samples into ${FOLDER}.`,
  options: {
    kind: {
      kind: 'choice',
      choices: ['emoji', 'clothes'],
      default: 'emoji',
      help: 'which trained denoiser to adapt to a hundred pictures of another style',
    },
    package: {
      kind: 'folder',
      help: 'the unpacked npm package emoji-datasource-google, for the other emoji of that style',
    },
    minutes: { kind: 'number', default: 5, minimum: 0.01, help: 'how long to train each denoiser' },
    updates: { kind: 'integer', minimum: 1, help: 'stop each training after this many updates' },
    samples: { kind: 'integer', default: 1000, minimum: 100, help: 'number of samples of each denoiser' },
    way: {
      kind: 'choice',
      choices: ['adapted', 'nothing'],
      help: 'train and measure in one way only, to choose a learning rate',
    },
    rate: { kind: 'number', minimum: 0, help: 'the highest learning rate, instead of the default' },
  },
});

run(async () => {
  const { kind: name, minutes, updates, seed, way: only } = options;
  if (name === 'emoji' && options.package === undefined) {
    throw new InputError('--package is needed: after npm i --no-save emoji-datasource-google@16.0.0, its folder.');
  }
  const kind = kinds[name];
  const pictures = name === 'emoji' ? await readEmoji(kind) : await readOutlines();
  const own = coloured(pictures);
  const heldOut = await readHeldOut(name, own, options.package);
  const backend = await startBackend(options);
  const all = { own, heldOut, networks: await loadNetworks(name) };
  const labels = spread(heldOut.labels.data, options.samples);
  const random = createRandom(seed);
  const results: Record<string, object> = {};
  const sheets: tf.Tensor[] = [];

  const measured = async (what: string, denoiser: Denoiser): Promise<Measures> => {
    const samples = await makeSamples(denoiser, { kind, labels, random: random.fork('samples') });
    const measures = await measure(samples, all);
    samples.dispose();
    print(what, measures);
    const drawn = { kind, labels: spread(labels, SHOWN), random: random.fork('sheet') };
    sheets.push(await makeSamples(denoiser, drawn));
    return measures;
  };

  if (only === undefined) {
    const { training, heldOut: ofHeldOut } = await measureData(all);
    print('training pictures', training);
    print('held-out pictures', ofHeldOut);
    sheets.push(someOf(pictures, SHOWN));
    const { denoiser } = await trained(kind);
    Object.assign(results, { training, heldOut: ofHeldOut, before: await measured('before', denoiser) });
    denoiser.dispose();
  }
  for (const way of ['adapted', 'nothing'] as const) {
    if (only !== undefined && only !== way) continue;
    const training = { minutes, updates, sameClasses: true, fromNothing: way === 'nothing', rate: options.rate };
    const { denoiser, ...took } = await adapt({ kind, pictures, ...training, random: random.fork('training') });
    const what = `${way}, ${took.updates} updates in ${took.minutes.toFixed(2)} minutes, rate ${took.rate}`;
    results[way] = { ...(await measured(what, denoiser)), ...took };
    denoiser.dispose();
  }
  const path = `${FOLDER}/${name}.png`;
  await saveFile(path, await drawGrid(tf.concat(sheets)));
  tf.dispose(sheets);
  console.log(path);
  const counts = { pictures: own.labels.shape[0], heldOutPictures: heldOut.labels.shape[0], samples: labels.length };
  await writeReport(options.json, { kind: name, ...results, ...counts, seed, backend });
});

function print(what: string, { classifier, autoencoder, copies }: Measures): void {
  const distances = `Frechet distance ${classifier.toFixed(2)} in the classifier's features, ${autoencoder.toFixed(2)} in the autoencoder's`;
  console.log(`${what}: ${distances}; copies ${(100 * copies).toFixed(1)}%`);
}
