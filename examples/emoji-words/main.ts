// Draws emoji from words, or trains the model that does.
import { existsSync } from 'node:fs';
import { countParameters, createRandom, saveCheckpoint, train, type Denoiser } from 'tfjs-generative';
import { describeModel, loadModel, saveModel } from 'tfjs-generative/model';
import { loadFile, saveFile, terminalProgress } from 'tfjs-generative/node';
import { decayOverTime, stopAfter } from 'tfjs-generative/run';
import { startBackend } from '../shared/backend.js';
import { examplePath } from '../shared/example-path.js';
import { InputError } from '../shared/input-error.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { balancedByClass, fullName, readCaptioned, splitByWords } from './captioned.js';
import { drawTexts, gridOf, readText } from './draw.js';
import { createSource, createWordModel } from './model.js';
import { createReader, createVocabulary, type Reader, type Vocabulary } from './vocabulary.js';

const FOLDER = 'out/emoji-words';
const [PICTURE, TRAINED] = [`${FOLDER}/drawn.png`, `${FOLDER}/denoiser.safetensors`];
const WEIGHTS = examplePath('emoji-words/denoiser.safetensors');
/** The highest learning rate, and the updates over which it is reached. */
const [LEARNING_RATE, WARM_UP] = [3e-3, 150];
/** Updates between two reports, and the most updates of a run. */
const [REPORT_EVERY, MOST_UPDATES] = [50, 1_000_000];
/** The share of a run between two pictures. */
const PART = 1 / 5;
/** What is drawn during a run: words that the model has seen apart, and one word that is swapped. */
const SHOWN = [
  ...['light', 'medium-light', 'medium', 'medium-dark', 'dark'].map((tone) => `woman scientist ${tone} skin tone`),
  ...['man', 'woman'].flatMap((who) => ['light', 'dark'].map((tone) => `${who} firefighter ${tone} skin tone`)),
  ...['red', 'green', 'blue', 'yellow', 'purple'].flatMap((colour) => [`${colour} heart`, `${colour} square`]),
  ...['happy face', 'sad face', 'angry face', 'cat face', 'dog face', 'red apple', 'flag japan', 'sun', 'tree'],
];
const COLUMNS = 7;

const words = process.argv.slice(2);
/** What stands behind `--`, or first. */
const [first, ...rest] = words[0] === '--' ? words.slice(1) : words;
const text = first?.startsWith('-') === true ? undefined : first;
const options = readOptions(
  {
    command: 'npm run example -- emoji-words',
    about: `Draws four emoji of words into ${PICTURE}: npm run example -- emoji-words -- "woman scientist, dark skin". Without words, it trains the model.`,
    options: {
      weights: { kind: 'file', help: 'a model file that this example has written; by default the included one' },
      minutes: { kind: 'number', default: 90, minimum: 0.05, help: 'minutes of training' },
      each: { kind: 'integer', default: 4, minimum: 1, maximum: 100, help: 'number of pictures of the words' },
      'held-out': { kind: 'integer', default: 1, minimum: 0, help: 'seed of the names and combinations that are held out' }, // prettier-ignore
    },
  },
  text === undefined ? words : rest,
);

run(() => (text === undefined ? learn() : draw(text)));

async function draw(text: string): Promise<void> {
  const began = performance.now();
  const path = options.weights ?? (existsSync(WEIGHTS) ? WEIGHTS : TRAINED);
  if (!existsSync(path)) throw new InputError(`there is no ${path}: train a model first, without words.`);
  const bytes = await loadFile(path);
  const { vocabulary } = describeModel(bytes).metadata as { readonly vocabulary?: Vocabulary };
  if (vocabulary === undefined) throw new InputError(`--weights ${path}: this is not a file written by emoji-words.`);
  const { tokens, unknown, known } = readText(text, createReader(vocabulary));
  if (unknown.length > 0) {
    const all = known === 0 ? ', and no other word is left: the picture is a guess from their letters' : '';
    console.log(`not among the words of the model: ${unknown.join(', ')}${all}`);
  }
  const backend = await startBackend(options);
  const { denoiser } = await loadModel(bytes, { as: { denoiser: 'denoiser' } });
  const texts = Array.from({ length: options.each }, () => tokens);
  const samples = await drawTexts(denoiser, texts, createRandom(options.seed).fork('drawn'));
  await saveFile(PICTURE, await gridOf(samples, options.each));
  const seconds = (performance.now() - began) / 1000;
  await writeReport(options.json, { text, unknown, known, picture: PICTURE, seconds, seed: options.seed, backend });
  console.log(`${PICTURE} in ${seconds.toFixed(1)} s`);
}

async function learn(): Promise<void> {
  const { minutes, seed, 'held-out': split } = options;
  const set = splitByWords(await readCaptioned(), split);
  const vocabulary = createVocabulary(set.train.captions.flatMap((one) => [fullName(one), ...one.keywords]));
  const reader = createReader(vocabulary);
  const backend = await startBackend(options);
  const random = createRandom(seed);
  const rate = decayOverTime({ minutes, from: LEARNING_RATE, warmUp: WARM_UP });
  const { trainer, averaged } = createWordModel(reader.size, rate, random);
  const source = createSource(balancedByClass(set.train), reader, random);
  const parameters = countParameters(averaged);
  console.log(
    `${set.train.captions.length} pictures, ${set.heldOut.captions.length} held out, ${reader.size - 1} words and pieces, ${parameters} parameters`,
  );
  const progress = terminalProgress({ total: 100, label: 'emoji-words' });
  const stop = stopAfter({ minutes });
  const losses: { updates: number; minutes: number; loss: number }[] = [];
  const began = performance.now();
  let parts = 0;
  for await (const report of train(trainer, source, {
    steps: MOST_UPDATES,
    reportEvery: REPORT_EVERY,
    observers: [stop, rate],
  })) {
    const spent = (performance.now() - began) / 60_000;
    losses.push({ updates: report.totalSteps, minutes: spent, loss: report.metrics.loss });
    progress.update(Math.min(100, (100 * spent) / minutes), { loss: report.metrics.loss, updates: report.totalSteps });
    if (spent / minutes < (parts + 1) * PART) continue;
    parts = Math.floor(spent / minutes / PART);
    await show(averaged, reader, `${FOLDER}/samples-${100 * PART * Math.min(parts, 1 / PART)}.png`);
    await saveFile(`${FOLDER}/checkpoint.safetensors`, await saveCheckpoint(trainer, { data: source }));
  }
  progress.stop();
  await show(averaged, reader, `${FOLDER}/samples-100.png`);
  const metadata = { vocabulary: { words: [...vocabulary.words], pieces: [...vocabulary.pieces] }, heldOut: split, seed, minutes }; // prettier-ignore
  await saveFile(TRAINED, await saveModel({ denoiser: averaged }, { dtype: 'F16', metadata }));
  const updates = trainer.steps!;
  await writeReport(options.json, { parameters, updates, minutes, losses, seed, backend });
  console.log(`${updates} updates; ${FOLDER}/samples-100.png and ${TRAINED}`);
}

/** Draws the same words from the same noise each time. */
async function show(denoiser: Denoiser, reader: Reader, path: string): Promise<void> {
  const texts = SHOWN.map((text) => reader.encode(text).tokens);
  await saveFile(
    path,
    await gridOf(await drawTexts(denoiser, texts, createRandom(options.seed).fork('shown')), COLUMNS),
  );
}
