/**
 * How long many samplers that run at the same time keep a process silent, and how soon each notices that it was aborted.
 *
 * Run: npm run bench -- silence [--samplers 30] [--training 0] [--threads 1] [--size 1] [--kinds tokens,tables] [--json FILE] [--markdown]
 *
 * The samplers are of five kinds: diffusion (DDIM with guidance and DPM-Solver), consistency models, tokens one after the other, masked
 * tokens, and tables. A silence is the time between two turns of the event loop, by the clock and as processor time of the
 * process, of which other programs take nothing. First all samplers run to their ends, next to `--training` runs of `fit`; then they start
 * again, each is aborted while all others run, one by one, and `noticed` is the longest time until its promise rejects. Last, all are aborted at once.
 */
import * as tf from '@tensorflow/tfjs';
import { parseArgs } from 'node:util';
import {
  batches,
  cosineSchedule,
  createAdam,
  createDenoiser,
  createDiffusionTrainer,
  createRandom,
  fit,
  predictVelocity,
  sampleConsistency,
  sampleDdim,
  sampleDpmSolver,
  unet,
} from '../src/index.js';
import { createTableModel, describeTable, sampleTable } from '../src/tables/index.js';
import { createMaskedModel, createTokenModel, transformer } from '../src/tokens/index.js';
import { startWasm } from '../src/wasm/index.js';
import { commonOptions, report, type Row } from './report.js';

const { values: options } = parseArgs({
  options: {
    json: commonOptions.json,
    markdown: commonOptions.markdown,
    samplers: { type: 'string', default: '30' },
    training: { type: 'string', default: '0' },
    threads: { type: 'string', default: '1' },
    size: { type: 'string', default: '1' },
    kinds: { type: 'string' },
  },
});
const [count, trainings, size] = [options.samplers, options.training, options.size].map(Number) as [
  number,
  number,
  number,
];

await startWasm({ threads: Number(options.threads) });
const random = createRandom(1);
const SHAPE = [28, 28, 1];
const denoiserOf = (seed: string) =>
  createDenoiser(unet({ channels: 1, widths: [16, 32], classes: 10, random: random.fork(seed) }), {
    schedule: cosineSchedule({ steps: 100 }),
    predicts: predictVelocity,
  });
const denoiser = denoiserOf('denoiser');
const sizes = { tokens: 30, length: 48 };
const network = (causal: boolean) =>
  transformer({ ...sizes, width: 64, layers: 2, causal, random: random.fork(`causal ${causal}`) });
const letters = createTokenModel(network(true), sizes);
const masked = createMaskedModel(network(false), sizes);
const rows = Array.from({ length: 500 }, (_, i) => ({
  kind: 'abc'[i % 3]!,
  size: Math.round(100 * Math.sin(i)) / 10,
  count: (i * i) % 17,
  isLarge: i % 5 === 0,
}));
const table = createTableModel({ description: describeTable(rows), width: 128, random: random.fork('table') });
const labels = tf.zeros([4 * size], 'int32');

type Sampler = (seed: number, signal: AbortSignal) => Promise<unknown>;
const noise = (seed: number) => ({ shape: [4 * size, ...SHAPE], random: createRandom(seed), condition: labels });
const kinds: Readonly<Record<string, Sampler>> = {
  diffusion: (seed, signal) =>
    seed % 2
      ? sampleDdim(denoiser, { ...noise(seed), steps: 20, guidance: 2, signal })
      : sampleDpmSolver(denoiser, { ...noise(seed), steps: 20, signal }),
  consistency: (seed, signal) => sampleConsistency(denoiser, { ...noise(seed), steps: 8, signal }),
  tokens: (seed, signal) => letters.sample(8 * size, { random: createRandom(seed), signal }),
  'masked tokens': (seed, signal) => masked.sample(8 * size, { random: createRandom(seed), steps: 24, signal }),
  tables: (seed, signal) => sampleTable(table, 500 * size, { random: createRandom(seed), steps: 20, signal }),
};
const names = options.kinds?.split(',') ?? Object.keys(kinds);

/** Starts all samplers; returns a promise of each. */
function startAll(controllers: readonly AbortController[]): Promise<unknown>[] {
  return controllers.map(({ signal }, i) => {
    const sampler = kinds[names[i % names.length]!]!;
    return sampler(i, signal).then((made) => void (made instanceof tf.Tensor && made.dispose()));
  });
}

const controllersOf = (): AbortController[] => Array.from({ length: count }, () => new AbortController());
const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The longest times between two turns of the event loop during an action. */
async function silenceDuring(
  work: () => Promise<unknown>,
): Promise<{ wall: number; processor: number; turns: number }> {
  const longest = { wall: 0, processor: 0, turns: 0 };
  let isRunning = true;
  let [wall, processor] = [performance.now(), processorTime()];
  const turn = (): void => {
    const [wallNow, processorNow] = [performance.now(), processorTime()];
    longest.wall = Math.max(longest.wall, wallNow - wall);
    longest.processor = Math.max(longest.processor, processorNow - processor);
    longest.turns++;
    [wall, processor] = [wallNow, processorNow];
    if (isRunning) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isRunning = false;
  await wait(0);
  return longest;
}

const noticed = new Map<string, { wall: number; processor: number }>();

/** Aborts one sampler, and notes how long it takes to notice. */
async function abort(controller: AbortController, sampler: Promise<unknown>, name: string): Promise<void> {
  const [wall, processor] = [performance.now(), processorTime()];
  controller.abort();
  const isLeft = await sampler.then(
    () => false,
    () => true,
  );
  if (!isLeft) return;
  const before = noticed.get(name) ?? { wall: 0, processor: 0 };
  noticed.set(name, {
    wall: Math.max(before.wall, performance.now() - wall),
    processor: Math.max(before.processor, processorTime() - processor),
  });
}

async function trainOne(i: number): Promise<void> {
  const trained = denoiserOf(`trained ${i}`);
  const trainer = createDiffusionTrainer({
    denoiser: trained,
    optimizer: createAdam({ learningRate: 1e-3 }),
    random: createRandom(i),
  });
  const x = createRandom(i).uniform([64, ...SHAPE]);
  await fit(trainer, batches({ x, condition: tf.zeros([64], 'int32') }, { batchSize: 16, random: createRandom(i) }), {
    steps: 30,
  });
  x.dispose();
  trainer.dispose();
}

const runs = (): Promise<unknown> => Promise.all(Array.from({ length: trainings }, (_, i) => trainOne(i)));

// each kind once, for the compiler
await Promise.all(startAll(controllersOf().slice(0, 2 * names.length)));
const all = await silenceDuring(() => Promise.all([...startAll(controllersOf()), runs()]));
const leaving = await silenceDuring(async () => {
  const training = runs();
  const controllers = controllersOf();
  const samplers = startAll(controllers);
  for (const sampler of samplers) sampler.catch(() => undefined);
  await wait(20);
  for (const [i, controller] of controllers.slice(0, Math.ceil(count / 2)).entries()) {
    await abort(controller, samplers[i]!, names[i % names.length]!);
    await wait(10);
  }
  await Promise.all(controllers.map((controller, i) => abort(controller, samplers[i]!, 'all at once')));
  await training;
});

const silences = Object.entries({ 'to the end': all, aborted: leaving }).map(
  ([what, { wall, processor, turns }]): Row => ({
    samplers: what,
    'silence, ms': wall,
    'of processor time': processor,
    turns,
  }),
);
const aborts = [...noticed].map(([kind, { wall, processor }]): Row => ({
  kind,
  'noticed, ms': wall,
  'of processor time': processor,
}));
report({
  tables: [
    { title: `${count} samplers and ${trainings} trainings at once`, rows: silences },
    { title: 'Aborts', rows: aborts },
  ],
  options,
});
process.exit();
