// Adapts a trained diffusion model of emoji or of clothes to pictures of one's own in minutes, and draws its samples before and after.
import { createRandom, type Denoiser } from 'tfjs-generative';
import { saveModel } from 'tfjs-generative/model';
import { saveFile, terminalProgress } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { adapt } from './adapt.js';
import { COLUMNS, drawGrid, makeSamples, someOf, spread } from './draw.js';
import { kinds, trained } from './kinds.js';
import { readEmoji, readOutlines, readOwn } from './pictures.js';

const FOLDER = 'out/fine-tuning';
/** Pictures of each sheet. */
const SHOWN = 4 * COLUMNS;

const options = readOptions({
  command: 'npm run example -- fine-tuning',
  about: `Adapts a trained diffusion model to your own pictures, and draws the pictures and samples into ${FOLDER}.`,
  options: {
    kind: {
      kind: 'choice',
      choices: ['emoji', 'clothes'],
      default: 'emoji',
      help: 'which trained model to adapt: emoji (32 x 32 in colour) or clothes (28 x 28 in grey)',
    },
    data: {
      kind: 'folder',
      help: 'a folder of your own pictures, with a sub-folder for each class if there are several; by default a hundred pictures of another style',
    },
    minutes: { kind: 'number', default: 5, minimum: 0.01, maximum: 600, help: 'how long to train' },
    updates: { kind: 'integer', minimum: 1, help: 'stop training after this many updates of 64 pictures' },
    'from-nothing': { kind: 'flag', help: 'train from scratch, for comparison' },
    rate: {
      kind: 'number',
      minimum: 0,
      help: 'the highest learning rate; the defaults are in kinds.ts',
    },
  },
});

run(async () => {
  const { kind: name, data, minutes, updates, seed } = options;
  const kind = kinds[name];
  const usual = name === 'emoji' ? readEmoji : readOutlines;
  const pictures = data === undefined ? await usual(kind) : await readOwn(data, kind);
  const { data: labels } = pictures.data.condition;
  const fromNothing = options['from-nothing'];
  const backend = await startBackend(options);
  const random = createRandom(seed);
  console.log(`${labels.length} pictures: ${pictures.classes.join(', ')}`);

  const draw = async (file: string, denoiser: Denoiser, own: Int32Array): Promise<void> => {
    const drawn = { kind, labels: spread(own, SHOWN), random: random.fork('sheet') };
    await saveFile(`${FOLDER}/${file}`, await drawGrid(await makeSamples(denoiser, drawn)));
  };
  await saveFile(`${FOLDER}/pictures.png`, await drawGrid(someOf(pictures, SHOWN)));
  const before = await trained(kind);
  await draw('before.png', before.denoiser, before.labels);
  before.denoiser.dispose();

  const progress = terminalProgress({ total: 100, label: 'fine-tuning' });
  const made = await adapt({
    kind,
    pictures,
    minutes,
    updates,
    sameClasses: options.data === undefined,
    fromNothing,
    rate: options.rate,
    random,
    onReport: (done, share, loss) => progress.update(Math.round(100 * share), { updates: done, loss }),
  });
  progress.stop();
  const { denoiser } = made;
  await draw('after.png', denoiser, labels);
  const metadata = { size: kind.size, classes: [...pictures.classes] };
  await saveFile(`${FOLDER}/denoiser.safetensors`, await saveModel({ denoiser }, { dtype: 'F16', metadata }));
  const result = {
    pictures: labels.length,
    classes: pictures.classes,
    fromNothing,
    rate: made.rate,
    updates: made.updates,
    minutes: made.minutes,
  };
  await writeReport(options.json, { kind: name, ...result, seed, backend });
  console.log(
    `${made.updates} updates in ${made.minutes.toFixed(1)} minutes: ${FOLDER}/pictures.png, before.png, after.png and denoiser.safetensors`,
  );
});
