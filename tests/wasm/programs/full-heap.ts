/**
 * Fills the heap of the wasm backend to its end, in a process of its own, and writes what came of it as a line of JSON. Arguments: a
 * number of threads, and names of `stories`. Memory that is asked for and not written to takes no place on the machine.
 */
import * as tf from '@tensorflow/tfjs';
import {
  createAdam,
  createRandom,
  createTrainer,
  loadCheckpoint,
  mlp,
  saveCheckpoint,
  saveWeights,
  type Trainer,
} from '../../../src/index.js';
import { startWasm } from '../../../src/wasm/index.js';

const MB = 2 ** 20;

/** What is reached into of tfjs's backend. */
interface Backend extends tf.KernelBackend {
  makeOutput(shape: number[], dtype: string): tf.TensorInfo;
  readonly wasm: {
    readonly HEAP32: Int32Array;
    readonly asm: { malloc(bytes: number): number; free(at: number): void; __errno_location(): number };
  };
}
const backend = (): Backend => tf.backend() as Backend;

/** Takes what is left, past the watch: what C++ code finds. */
function takeRest(sizes: readonly number[]): number[] {
  const { HEAP32, asm } = backend().wasm;
  const taken: number[] = [];
  for (const size of sizes) for (let at = asm.malloc(size); at !== 0; at = asm.malloc(size)) taken.push(at);
  // the last of them has left its mark
  HEAP32[asm.__errno_location() / 4] = 0;
  return taken;
}

/** A tensor of this size, as a kernel makes it, without numbers. */
function take(bytes: number): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(backend().makeOutput([bytes / 4], 'float32'));
}

/** The first line of what `f` throws. */
function messageOf(f: () => unknown): string {
  try {
    f();
    return 'nothing thrown';
  } catch (error) {
    return (error as Error).message.split('\n')[0]!;
  }
}

/** {@link messageOf}, of a rejection. */
const rejectionOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'nothing thrown',
    (error: Error) => error.message.split('\n')[0]!,
  );

/** Takes memory in pieces of this size until there is none, which is long before 10,000 of them; gives the message. */
function fill(bytes: number, into: tf.Tensor[]): string {
  return messageOf(() => {
    for (let i = 0; i < 10_000; i++) into.push(take(bytes));
  });
}

function makeTrainer(): Trainer {
  const network = mlp({ sizes: [64, 128, 64], random: createRandom(1) });
  return createTrainer({
    name: 'autoencoder',
    parts: { network },
    optimizer: createAdam({ learningRate: 1e-3 }),
    random: createRandom(2),
    loss: ({ x, options }) => ({ loss: tf.mean(tf.square(tf.sub(network.apply(x, options), x))) }),
  });
}

/** All that a trainer holds, as text. */
async function contentsOf({ state }: Trainer): Promise<string> {
  const numbers = await Promise.all(
    Object.values(state.variables).map(async (variable) => [...(await variable.data())]),
  );
  return JSON.stringify([state.plain, numbers]);
}

/** What holds of a trainer whose heap is full: it and its checkpoint are what they were, and it goes on when there is room. */
async function afterwards(trainer: Trainer, twin: Trainer, x: tf.Tensor, hold: tf.Tensor[]): Promise<object> {
  const before = await contentsOf(twin);
  const counts = (): number[] => [tf.memory().numTensors, backend().numDataIds()];
  const held = counts();
  const refusals = [1, 2].map(() => messageOf(() => tf.dispose({ ...trainer.step(x) })));
  const leaked = counts().map((count, i) => count - held[i]!);
  const isWhole = (await contentsOf(trainer)) === before;
  const bytes = await saveCheckpoint(trainer);
  tf.dispose(hold.splice(0));
  for (const one of [trainer, twin]) tf.dispose({ ...one.step(x) });
  const goesOn = (await contentsOf(trainer)) === (await contentsOf(twin));
  const loaded = makeTrainer();
  await loadCheckpoint(loaded, bytes);
  return { refusals, leaked, isWhole, goesOn, isSavedWhole: (await contentsOf(loaded)) === before };
}

async function trained(threads: number): Promise<{ trainer: Trainer; twin: Trainer; x: tf.Tensor; hold: tf.Tensor[] }> {
  await startWasm({ threads });
  const [trainer, twin, x] = [makeTrainer(), makeTrainer(), createRandom(3).normal([32, 64])];
  for (const one of [trainer, twin]) for (let i = 0; i < 3; i++) tf.dispose({ ...one.step(x) });
  return { trainer, twin, x, hold: [] };
}

const stories: Readonly<Record<string, (threads: number) => Promise<object>>> = {
  /** Pieces of every size, down to those that leave no room for a step. */
  pieces: async (threads) => {
    const { trainer, twin, x, hold } = await trained(threads);
    const filled = [64 * MB, 16 * MB, MB, 4096, 64].map((size) => fill(size, hold));
    return { filled, ...(await afterwards(trainer, twin, x, hold)) };
  },
  /** Half of the heap is free, in pieces that are too small. */
  holes: async (threads) => {
    const { trainer, twin, x, hold } = await trained(threads);
    fill(64 * MB, hold);
    const [freed, kept] = [hold.filter((_, i) => i % 2 === 0), hold.filter((_, i) => i % 2 === 1)];
    tf.dispose(freed);
    const refused = messageOf(() => take(100 * MB));
    for (const one of [trainer, twin]) tf.dispose({ ...one.step(x) });
    for (const size of [64 * MB, MB, 4096, 64]) fill(size, kept);
    return { refused, ...(await afterwards(trainer, twin, x, kept)) };
  },
  /** Sizes that no allocator of 32 bits can be asked for, of which tfjs's takes the lowest 32 bits. */
  huge: async (threads) => {
    const { trainer, twin, x } = await trained(threads);
    const count = tf.memory().numTensors;
    const side = tf.zeros([40_000, 1]);
    const refused = messageOf(() => tf.tidy(() => tf.add(side, tf.reshape(side, [1, -1]))));
    side.dispose();
    const left = tf.memory().numTensors - count;
    for (const one of [trainer, twin]) tf.dispose({ ...one.step(x) });
    return { refused, left, goesOn: (await contentsOf(trainer)) === (await contentsOf(twin)) };
  },
  /** A tensor of the cpu backend is moved to wasm when a kernel wants it. */
  upload: async (threads) => {
    await tf.setBackend('cpu');
    const there = tf.tensor(Float32Array.from({ length: MB / 4 }, (_, i) => i));
    const { hold } = await trained(threads);
    for (const size of [64 * MB, MB, 4096]) fill(size, hold);
    const refused = messageOf(() => tf.neg(there));
    const numbers = await there.data();
    tf.dispose(hold);
    const negative = await tf.neg(there).data();
    return { refused, kept: numbers.every((value, i) => value === i && negative[i] === -i) };
  },
  /** The heap was filled before anybody watched it, but not beyond its end. */
  before: async (threads) => {
    await tf.setBackend('wasm');
    const hold: tf.Tensor[] = [];
    for (let i = 0; i < 60; i++) hold.push(take(64 * MB));
    const { trainer, twin, x } = await trained(threads);
    const filled = fill(64 * MB, hold);
    for (const size of [MB, 4096, 64]) fill(size, hold);
    return { filled, ...(await afterwards(trainer, twin, x, hold)) };
  },
  /** The same, beyond its end: what was overwritten nobody knows. */
  spoilt: async (threads) => {
    await tf.setBackend('wasm');
    const weight = tf.variable(tf.ones([4]));
    for (let i = 0; i < 63; i++) take(64 * MB);
    tf.fill([100], 7);
    const part = { variables: [weight], dispose: () => undefined };
    for (let i = 0; i < 20; i++) tf.fill([(16 * MB) / 4], 7);
    await startWasm({ threads });
    return {
      tensor: messageOf(() => tf.ones([2])),
      saved: await rejectionOf(saveWeights(part)),
      read: await rejectionOf(weight.data()),
    };
  },
  /** Results of tfjs's kernels and of ours, in a tidy: nothing that they made on their way is left. */
  operations: async (threads) => {
    const { trainer, twin, x, hold } = await trained(threads);
    const row = tf.ones([1, 1024, 1024]);
    const [index, image] = [tf.zeros([16], 'int32'), tf.ones<tf.Rank.R4>([1, 8, 8, 64])];
    for (const size of [64 * MB, 16 * MB]) fill(size, hold);
    fill(8 * MB, hold);
    const results: Readonly<Record<string, () => unknown>> = {
      add: () => tf.add(row, tf.zeros([16, 1, 1])),
      concat: () => tf.concat(Array.from({ length: 16 }, () => row)),
      conv2d: () => tf.conv2d(image, tf.ones<tf.Rank.R4>([1, 1, 64, 2 ** 16]), 1, 'same'),
      fill: () => tf.fill([16 * MB], 7),
      gather: () => tf.gather(row, index),
      matMul: () => tf.matMul(tf.ones([4096, 4]), tf.ones([4, 4096])),
      oneHot: () => tf.oneHot(tf.zeros([4096], 'int32'), 4096),
      pad: () =>
        tf.pad(row, [
          [0, 15],
          [0, 0],
          [0, 0],
        ]),
      resize: () => tf.image.resizeBilinear(image, [512, 512]),
      stack: () => tf.stack(Array.from({ length: 16 }, () => row)),
      tensor: () => tf.tensor(new Float32Array(16 * MB)),
      tile: () => tf.tile(row, [16, 1, 1]),
    };
    const counts = (): number[] => [tf.memory().numTensors, backend().numDataIds(), backend().refCount(row.dataId)];
    const before = counts();
    const refused = Object.fromEntries(
      Object.entries(results).map(([operation, make]) => [operation, messageOf(() => tf.tidy(() => void make()))]),
    );
    const left = counts().map((count, i) => count - before[i]!);
    tf.dispose([row, index, image]);
    for (const size of [MB, 4096, 64]) fill(size, hold);
    return { refused, left, ...(await afterwards(trainer, twin, x, hold)) };
  },
  /** C++ code finds no room for the small things that it keeps of each tensor. */
  inside: async (threads) => {
    const { trainer, twin, x, hold } = await trained(threads);
    for (const size of [64 * MB, MB, 4096]) fill(size, hold);
    const rest = takeRest([MB, 4096, 64, 16, 8]);
    const ofTensor = rest.find((at, i) => rest[i + 1]! - at === 72)!;
    const counts = (): number[] => [tf.memory().numTensors, backend().numDataIds()];
    const before = counts();
    backend().wasm.asm.free(ofTensor);
    const refused = messageOf(() => take(64));
    const left = counts().map((count, i) => count - before[i]!);
    for (const at of rest) if (at !== ofTensor) backend().wasm.asm.free(at);
    fill(4096, hold);
    return { refused, left, ...(await afterwards(trainer, twin, x, hold)) };
  },
  /** XNNPACK finds no working memory, and goes on without a result. */
  silent: async (threads) => {
    const { trainer, twin, x, hold } = await trained(threads);
    const image = tf.ones<tf.Rank.R4>([1, 64, 64, 4]);
    const hole = take(2 * MB);
    for (const size of [64 * MB, MB, 4096]) fill(size, hold);
    const rest = takeRest([MB, 4096, 1024]);
    hole.dispose();
    const result = tf.image.resizeBilinear(image, [360, 360]);
    const refused = messageOf(() => take(64));
    const isNumber = (await result.data()).some((value) => !Number.isNaN(value));
    for (const at of rest) backend().wasm.asm.free(at);
    result.dispose();
    fill(4096, hold);
    return { refused, isNumber, ...(await afterwards(trainer, twin, x, hold)) };
  },
};

const [threads, ...names] = process.argv.slice(2);
const outcomes: Record<string, object> = {};
for (const name of names) outcomes[name] = await stories[name]!(Number(threads));
console.log(JSON.stringify(outcomes));
