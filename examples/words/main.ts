// Learns to invent English words, letter by letter, or by filling in blanks.
import { batches, createAdam, createRandom, saveWeights, train } from 'tfjs-generative';
import { saveFile, terminalProgress } from 'tfjs-generative/node';
import {
  bitsPerToken,
  characters,
  createMaskedModel,
  createTokenModel,
  createTokenTrainer,
  padSequences,
  transformer,
  type Characters,
  type TokenModel,
} from 'tfjs-generative/tokens';
import { startBackend } from '../shared/backend.js';
import { InputError } from '../shared/input-error.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { warmCosine } from '../shared/warm-cosine.js';
import { loadWords, SIZES, type WordSet } from './words.js';

const EXAMPLE = 'words';
const WIDTH = 64;
const LAYERS = 2;
const BATCH = 128;
const RATE = 3e-3;
/** How often the bound of the masked model is drawn for each held-out word. */
const DRAWS = 20;

const options = readOptions({
  command: `npm run example -- ${EXAMPLE}`,
  about: 'Learns to invent words from a list of words, and shows which of them are real.',
  options: {
    data: { kind: 'file', help: 'a file with one word per line; by default 275,000 English words' },
    model: {
      kind: 'choice',
      choices: ['autoregressive', 'masked'],
      default: 'autoregressive',
      help: 'write from left to right, or fill in blanks in any order',
    },
    steps: { kind: 'integer', default: 1000, minimum: 1, help: `updates of ${BATCH} words` },
    count: { kind: 'integer', default: 60, minimum: 1, help: 'how many words to invent' },
    temperature: { kind: 'number', default: 1, minimum: 0, help: 'below 1, likely letters become more likely' },
    known: {
      kind: 'text',
      help: 'letters that the words begin with; for the masked model, any letters, with _ for each blank: str__g',
    },
    weights: { kind: 'output', help: 'write the weights of the model' },
  },
});

run(async () => {
  const random = createRandom(options.seed);
  const words = loadWords(options.data, random.fork('split'));
  const letters = characters([...words.train, ...words.heldOut].join(''), { end: true });
  const size = { tokens: letters.tokens, length: SIZES.longest + 1, end: letters.end! };
  const pattern = options.known === undefined ? undefined : patternOf(options.known, letters, size.length);
  const backend = await startBackend(options);
  const causal = options.model === 'autoregressive';
  const { tokens, length } = size;
  const network = transformer({ tokens, length, causal, width: WIDTH, layers: LAYERS, random: random.fork('network') });
  const model = (causal ? createTokenModel : createMaskedModel)(network, size);
  const seconds = await fitWords(model, words, letters, random);
  const nats = await natsPerWord(model, words.heldOut, letters, random.fork('measure'));
  const drawn = await model.sample(options.count, {
    random: random.fork('sample'),
    temperature: options.temperature,
    known: pattern,
  });
  const invented = await letters.decodeBatch(drawn);
  drawn.dispose();
  const [inTrain, inHeldOut] = [new Set(words.train), new Set(words.heldOut)];
  const kindOf = (word: string): 'copy' | 'real' | 'new' =>
    inTrain.has(word) ? 'copy' : inHeldOut.has(word) ? 'real' : 'new';
  const rows = invented.map((word) => ({ word, kind: kindOf(word) }));
  const counted = (kind: string): number => rows.filter((row) => row.kind === kind).length;
  console.log(listOf(rows));
  console.log(
    `${options.count} words: ${counted('copy')} are in the list (*), ${counted('real')} are among the ` +
      `${words.heldOut.length.toLocaleString('en')} English words that were held out (+), ${counted('new')} are new.`,
  );
  const bound = causal ? '' : 'at most ';
  console.log(`${bound}${nats.toFixed(2)} nats per held-out word; ${seconds.toFixed(0)} s of training`);
  if (options.weights !== undefined) await saveFile(options.weights, await saveWeights(network));
  await writeReport(options.json, {
    words: rows,
    copies: counted('copy'),
    real: counted('real'),
    invented: counted('new'),
    natsPerWord: nats,
    model: options.model,
    parameters: network.variables.reduce((sum, { size }) => sum + size, 0),
    steps: options.steps,
    seconds,
    seed: options.seed,
    backend,
  });
});

/** Trains with a progress bar; returns the seconds. */
async function fitWords(
  model: TokenModel,
  { train: list }: WordSet,
  letters: Characters,
  random: ReturnType<typeof createRandom>,
): Promise<number> {
  const learningRate = warmCosine({ highest: RATE, warmUp: 50, steps: options.steps });
  const trainer = createTokenTrainer({ model, optimizer: createAdam({ learningRate }), random, clipNorm: 1 });
  const data = padSequences(list.map(letters.encode), { length: model.length });
  const source = batches(data, { batchSize: BATCH, random });
  const progress = terminalProgress({ total: options.steps, label: EXAMPLE });
  const began = performance.now();
  for await (const { step, metrics } of train(trainer, source, { steps: options.steps, reportEvery: 25 })) {
    progress.update(step, { 'bits per letter': metrics.bits });
  }
  progress.stop();
  trainer.dispose();
  return (performance.now() - began) / 1000;
}

/** -log p of held-out words, nats per word; for a masked model the bound. */
async function natsPerWord(
  model: TokenModel,
  heldOut: readonly string[],
  letters: Characters,
  random: ReturnType<typeof createRandom>,
): Promise<number> {
  const list = heldOut.slice(0, 2000);
  const data = padSequences(list.map(letters.encode), { length: model.length });
  const draws = options.model === 'masked' ? DRAWS : 1;
  const { bits, tokens } = await bitsPerToken(model, data, { random, draws });
  return (bits * Math.LN2 * tokens) / list.length;
}

/** The tokens of a pattern with _ for blanks; after it nothing is known, except that the word ends if its last character is a full stop. */
function patternOf(text: string, letters: Characters, length: number): Int32Array {
  const end = text.endsWith('.');
  const written = end ? text.slice(0, -1) : text;
  const unknown = [...written].find((character) => character !== '_' && !letters.alphabet.includes(character));
  if (unknown !== undefined) throw new InputError(`--known must hold letters of the words and _; got ${unknown}.`);
  if ([...written].length >= length) throw new InputError(`--known must hold at most ${length - 1} characters.`);
  return letters.encodePattern(written, { blank: '_', end });
}

/** Words in columns, marked as copies or real ones. */
function listOf(rows: readonly { readonly word: string; readonly kind: 'copy' | 'real' | 'new' }[]): string {
  const marks = { copy: '*', real: '+', new: '' };
  const cells = rows.map(({ word, kind }) => `${word}${marks[kind]}`.padEnd(SIZES.longest + 3));
  const lines: string[] = [];
  for (let i = 0; i < cells.length; i += 5)
    lines.push(
      cells
        .slice(i, i + 5)
        .join('')
        .trimEnd(),
    );
  return lines.join('\n');
}
