// Learns to write text, character by character, or to fill in gaps.
import { batches, createAdam, createRandom, train, type RandomStream } from 'tfjs-generative';
import { describeModel, loadModel, saveModel } from 'tfjs-generative/model';
import { loadFile, saveFile, terminalProgress } from 'tfjs-generative/node';
import {
  bitsPerToken,
  characters,
  continueTokens,
  createMaskedModel,
  createTokenModel,
  createTokenTrainer,
  transformer,
  type Characters,
  type TokenModel,
} from 'tfjs-generative/tokens';
import { startBackend } from '../shared/backend.js';
import { InputError } from '../shared/input-error.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { warmCosine } from '../shared/warm-cosine.js';
import { loadText, textData, type TextData } from './text-data.js';

const EXAMPLE = 'text';
/** Characters of a window. */
const LENGTH = 64;
const BATCH = 64;
const RATE = 2e-3;
/** How often the masked model's bound is drawn for each held-out window. */
const DRAWS = 8;

const options = readOptions({
  command: `npm run example -- ${EXAMPLE}`,
  about: 'Learns the characters of a text, then continues a prompt or fills in a gap.',
  options: {
    data: { kind: 'file', help: 'any text, also gzipped; by default the Jargon File, which ships with the examples' },
    model: {
      kind: 'choice',
      choices: ['autoregressive', 'masked'],
      default: 'autoregressive',
      help: 'write from left to right, or fill in gaps, which needs many more updates',
    },
    steps: { kind: 'integer', default: 1000, minimum: 1, help: `updates of ${BATCH} x ${LENGTH} characters` },
    rate: { kind: 'number', default: RATE, minimum: 0, help: 'the highest learning rate' },
    prompt: { kind: 'text', default: 'hacker', help: 'a text to continue' },
    characters: { kind: 'integer', default: 256, minimum: 1, help: 'characters to write' },
    temperature: { kind: 'number', default: 0.8, minimum: 0, help: 'below 1, likely characters become more likely' },
    gap: {
      kind: 'text',
      help: `a text of at most ${LENGTH} characters, with _ for each one to fill in; masked model only`,
    },
    save: { kind: 'output', help: 'write the model' },
    load: { kind: 'file', help: 'use a model written by --save, instead of training' },
  },
});

run(async () => {
  const backend = await startBackend(options);
  const random = createRandom(options.seed);
  const { model, alphabet, result } = options.load === undefined ? await trained(random) : await loaded(options.load);
  const isMasked = result.model === 'masked';
  if (options.gap !== undefined) {
    if (!isMasked) throw new InputError('--gap needs --model masked.');
    console.log(await filled(model, alphabet, options.gap, random.fork('gap')));
  } else if (!isMasked) {
    const began = performance.now();
    const prompt = checked('--prompt', options.prompt, alphabet);
    const { characters: count, temperature } = options;
    const written = await continueTokens(model, prompt, { count, temperature, random: random.fork('sample') });
    const seconds = (performance.now() - began) / 1000;
    console.log(`${options.prompt}${alphabet.decode(written)}`);
    console.log(`${count} characters in ${seconds.toFixed(2)} s`);
    Object.assign(result, { written: alphabet.decode(written), writing: seconds });
  }
  await writeReport(options.json, { ...result, seed: options.seed, backend });
});

interface Prepared {
  readonly model: TokenModel;
  readonly alphabet: Characters;
  readonly result: { readonly model: string };
}

/** Trains a model on a text, and measures it. */
async function trained(random: RandomStream): Promise<Prepared> {
  const data = textData(loadText(options.data), LENGTH);
  const { alphabet } = data;
  const size = { tokens: alphabet.tokens, length: LENGTH };
  const causal = options.model === 'autoregressive';
  const network = transformer({ ...size, causal, random: random.fork('network') });
  const model = (causal ? createTokenModel : createMaskedModel)(network, size);
  const seconds = await fitText(model, data, random);
  const measured = { draws: causal ? 1 : DRAWS, batchSize: 128, random: random.fork('measure') };
  const { bits, standardError: error } = await bitsPerToken(model, data.heldOut, measured);
  const bound = causal ? '' : 'at most ';
  console.log(`${bound}${bits.toFixed(3)} bits per held-out character, standard error ${error.toFixed(3)}`);
  if (options.save !== undefined) {
    const metadata = { alphabet: alphabet.alphabet.join(''), model: options.model };
    await saveFile(options.save, await saveModel(model, { metadata }));
  }
  const parameters = network.variables.reduce((sum, { size }) => sum + size, 0);
  return {
    model,
    alphabet,
    result: { model: options.model, bits, error, parameters, steps: options.steps, seconds } as Prepared['result'],
  };
}

/** Loads a model that this example has written. */
async function loaded(path: string): Promise<Prepared> {
  const bytes = await loadFile(path);
  const { alphabet, model } = describeModel(bytes).metadata as { alphabet?: string; model?: string };
  if (alphabet === undefined || model === undefined) {
    throw new InputError(`--load ${path}: this is not a file written by ${EXAMPLE}.`);
  }
  return { model: await loadModel(bytes, { as: 'tokenModel' }), alphabet: characters(alphabet), result: { model } };
}

/** Trains with a progress bar; returns the seconds. */
async function fitText(model: TokenModel, { training }: TextData, random: RandomStream): Promise<number> {
  const { steps, rate } = options;
  const learningRate = warmCosine({ highest: rate, warmUp: 100, steps });
  const trainer = createTokenTrainer({ model, optimizer: createAdam({ learningRate }), random, clipNorm: 1 });
  const progress = terminalProgress({ total: steps, label: EXAMPLE });
  const began = performance.now();
  const source = batches(training, { batchSize: BATCH, random, dropLast: true });
  for await (const { step, metrics } of train(trainer, source, { steps, reportEvery: 20 })) {
    progress.update(step, { 'bits per character': metrics.bits });
  }
  progress.stop();
  trainer.dispose();
  return (performance.now() - began) / 1000;
}

/** A text in which each `_` is filled in. */
async function filled(model: TokenModel, alphabet: Characters, text: string, random: RandomStream): Promise<string> {
  const { length } = [...text];
  if (length > LENGTH) throw new InputError(`--gap must hold at most ${LENGTH} characters.`);
  if (text.replaceAll('_', '') !== '') checked('--gap', text.replaceAll('_', ''), alphabet);
  const known = alphabet.encodePattern(text, { blank: '_' });
  const drawn = await model.sample(1, { random, known, temperature: options.temperature });
  const [written] = await alphabet.decodeBatch(drawn);
  drawn.dispose();
  return [...written!].slice(0, length).join('');
}

/** The tokens of a text that the user has written. */
function checked(option: string, text: string, { alphabet, encode }: Characters): Int32Array {
  const unknown = [...text].find((character) => !alphabet.includes(character));
  if (unknown === undefined && text !== '') return encode(text);
  throw new InputError(`${option} must hold characters of the text; got ${JSON.stringify(unknown ?? text)}.`);
}
