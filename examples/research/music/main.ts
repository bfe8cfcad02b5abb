// Trains a model of tunes on a grid (from left to right, in blocks, in any order, or with holes that are read last), and measures its bits a note.
import * as tf from '@tensorflow/tfjs-core';
import {
  countParameters,
  createAdam,
  createRandom,
  loadWeights,
  readMetrics,
  saveWeights,
  type RandomStream,
} from 'tfjs-generative';
import { transposeTune } from 'tfjs-generative/music';
import { loadFile, saveFile } from 'tfjs-generative/node';
import { createTokenTrainer } from 'tfjs-generative/tokens';
import { startBackend } from '../../shared/backend.js';
import { readOptions } from '../../shared/options.js';
import { run, writeReport } from '../../shared/report.js';
import { warmCosine } from '../../shared/warm-cosine.js';
import { loadTunes } from '../../melodies/load-tunes.js';
import { splitTunes } from '../../melodies/split.js';
import { gridVocabulary, notesIn } from '../../music/grid.js';
import type { Hole } from '../../music/holes.js';
import { createGridModel, LENGTH } from '../../music/model.js';
import { conditionOf, rowsOf, tokensOf, type Row } from '../../music/rows.js';
import { bitsOfHoles, bitsOfTunes, sum } from './bits.js';
import { measureFills } from './fills.js';

const BATCH_SIZE = 8;
const [RATE, BETA2, WARM_UP, DROPOUT, AVERAGE_DECAY] = [1.5e-3, 0.99, 100, 0.2, 0.99];
/** Estimates of a bound. */
const REPEATS = 4;
/** Holes that are measured, and their bars. */
const [HOLES, BARS] = [50, 4];
/** Updates between two reports. */
const REPORT_EVERY = 50;

const options = readOptions({
  command: 'npm run example -- music',
  about:
    'Trains a model of tunes on a grid of eighths, and measures its bits a note of held-out tunes and of holes of four bars.',
  options: {
    data: { kind: 'folder', help: 'a folder of MIDI and ABC files; by default the included melodies' },
    model: {
      kind: 'choice',
      choices: ['causal', 'holes', 'masked'],
      default: 'causal',
      help: 'from left to right; the same with holes that are read last; or masks in any order within a block',
    },
    block: { kind: 'integer', default: LENGTH, minimum: 1, help: 'cells in a block of the masked model' },
    objective: { kind: 'choice', choices: ['bound', 'crossEntropy'], default: 'bound', help: 'of the masked model' },
    steps: { kind: 'integer', default: 1600, minimum: 1, help: 'updates of 8 tunes' },
    width: { kind: 'integer', default: 128, minimum: 4, help: 'numbers per cell in the network' },
    layers: { kind: 'integer', default: 3, minimum: 1, help: 'blocks of the network' },
    neighbours: { kind: 'flag', help: 'also give each place the cells next to it' },
    weights: { kind: 'output', help: 'write the averaged weights as half floats, and the vocabulary next to them' },
    load: { kind: 'file', help: 'measure these weights instead of training' },
  },
});

run(async () => {
  const tunes = (await loadTunes(options.data)).map((tune) => transposeTune(tune, { sharps: 0 }));
  const backend = await startBackend(options);
  const random = createRandom(options.seed);
  const split = splitTunes(tunes, random.fork('split'));
  const vocabulary = gridVocabulary(tunes);
  const [training, heldOut] = [split.training, split.heldOut].map((part) => rowsOf(part, vocabulary)) as [Row[], Row[]];
  console.log(`${training.length} tunes to learn from, ${heldOut.length} held out, ${vocabulary.tokens} tokens`);
  const { model: kind, objective, steps, width, layers, neighbours } = options;
  const block = kind === 'masked' ? options.block : undefined;
  const create = () =>
    createGridModel({
      vocabulary,
      width,
      layers,
      neighbours,
      block,
      objective,
      dropout: DROPOUT,
      random: random.fork('weights'),
    });
  const [model, averaged] = [create(), create()];
  if (options.load !== undefined) await loadWeights(averaged, await loadFile(options.load));
  else {
    const trainer = createTokenTrainer({
      model,
      optimizer: createAdam({
        learningRate: warmCosine({ highest: RATE, warmUp: Math.min(WARM_UP, steps), steps }),
        beta2: BETA2,
      }),
      random,
      clipNorm: 1,
      average: { into: averaged, decay: AVERAGE_DECAY },
    });
    const began = performance.now();
    const draw = createDraw(training, random.fork('batches'));
    let shown: number[] = [];
    for (let step = 1; step <= steps; step++) {
      const rows = draw();
      // every second tune has a hole
      const holes = rows.map((row, i) => (kind === 'holes' && i % 2 === 1 ? drawHole(row, random) : undefined));
      const batch = { x: tokensOf(rows, holes), condition: conditionOf(rows, holes) };
      const { loss } = await readMetrics(trainer.step(batch));
      tf.dispose(batch);
      const notes = sum(rows.map(({ tokens }) => notesIn(tokens, vocabulary)));
      const counted = sum(rows.map(({ tokens }) => tokens.reduce((total, token) => total + Number(token >= 0), 0)));
      shown.push((loss * counted) / notes / Math.LN2);
      if (step % REPORT_EVERY > 0 && step < steps) continue;
      const seconds = (performance.now() - began) / 1000;
      console.log(`update ${step}: ${(sum(shown) / shown.length).toFixed(3)} bits a note, ${seconds.toFixed(0)} s`);
      shown = [];
    }
    if (options.weights !== undefined) {
      await saveFile(options.weights, await saveWeights(averaged, { dtype: 'F16' }));
      await saveFile(`${options.weights}.json`, new TextEncoder().encode(JSON.stringify(vocabulary)));
    }
    trainer.dispose();
  }
  const repeats = kind === 'masked' && block !== 1 ? REPEATS : 1;
  const held = await bitsOfTunes(averaged, heldOut, vocabulary, { repeats, random: random.fork('measure') });
  console.log(`held out: ${held.bits.toFixed(3)} ± ${held.error.toFixed(3)} bits a note`);
  const places = measuredHoles(heldOut);
  const rows = places.map(({ row }) => row);
  const holes = places.map(({ hole }) => hole);
  const filled = kind === 'masked' ? undefined : await bitsOfHoles(averaged, rows, holes, vocabulary);
  if (filled) console.log('holes, bits a note:', filled);
  const fills =
    kind === 'holes'
      ? await measureFills(averaged, rows, holes, { vocabulary, training, random: random.fork('fills') })
      : undefined;
  if (fills) console.log(fills);
  const parameters = countParameters(averaged);
  await writeReport(options.json, {
    kind,
    block,
    objective,
    steps,
    width,
    layers,
    parameters,
    held,
    filled,
    fills,
    seed: options.seed,
    backend,
  });
});

/** A function that draws a batch: each tune once before one comes again. */
function createDraw(rows: readonly Row[], random: RandomStream): () => Row[] {
  const order: number[] = [];
  return () => {
    while (order.length < BATCH_SIZE) order.push(...random.permutation(rows.length));
    return order.splice(0, BATCH_SIZE).map((i) => rows[i]!);
  };
}

/** A hole of 1 to 8 bars that lets cells stand on at least one side. */
function drawHole({ bar, cells }: Row, random: RandomStream): Hole {
  const bars = Math.floor(cells / bar);
  const count = Math.min(bars - 1, 1 + random.permutation(8)[0]!);
  const first = random.permutation(bars - count + 1)[0]!;
  return { start: first * bar, count: count * bar };
}

/** Holes of four bars at places spread over the held-out tunes, with at least four bars on each side. */
function measuredHoles(rows: readonly Row[]): { row: Row; hole: Hole }[] {
  const long = rows.filter(({ bar, cells }) => Math.floor(cells / bar) >= 3 * BARS);
  return Array.from({ length: Math.min(HOLES, long.length) }, (_, i) => {
    const row = long[Math.floor((i * long.length) / HOLES)]!;
    const free = Math.floor(row.cells / row.bar) - 3 * BARS;
    const first = BARS + ((i * 7) % (free + 1));
    return { row, hole: { start: first * row.bar, count: BARS * row.bar } };
  });
}
