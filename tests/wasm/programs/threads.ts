/**
 * Trains on wasm with one thread or more, in the way that is asked for, and prints what came of it as JSON. A program of
 * its own, since a backend chooses its memory once; it ends by itself, helper or not.
 */
import { createHash, type Hash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import os from 'node:os';
import { Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs';
import { heapOf } from '../../../src/wasm/heap/heap.js';
import { disposeWasmTraining, enableWasmTraining, type WasmTrainingReport } from '../../../src/wasm/index.js';
import { adamJobs } from '../adam-jobs.js';
import { runDcgan, runVae } from '../golden-runs.js';

const memory = (): WebAssembly.Memory =>
  (tf.backend() as unknown as { wasm: { asm: { memory: WebAssembly.Memory } } }).wasm.asm.memory;

/** The bits of what two steps make of a small network, with Winograd's algorithm and without, and of a job in eight chunks. */
async function train(): Promise<string> {
  const values = (shape: number[], seed: number): tf.Tensor =>
    tf.tidy(() => tf.reshape(tf.sin(tf.mul(tf.range(seed, seed + tf.util.sizeFromShape(shape)), 0.7)), shape));
  const x = values([16, 14, 14, 8], 1) as tf.Tensor4D;
  const target = values([16, 32], 2);
  const rows = tf.tidy(() => tf.cast<tf.Tensor1D>(tf.mod(tf.range(0, 1100), 37), 'int32'));
  const variables = [
    [3, 3, 8, 16],
    [4, 4, 16, 16],
    [14 * 14 * 16, 32],
    [3, 3, 16, 1],
    [40, 64],
  ].map((shape, i) => tf.variable(tf.tidy(() => tf.mul(values(shape, i), 0.1)))) as [
    tf.Variable<tf.Rank.R4>,
    tf.Variable<tf.Rank.R4>,
    tf.Variable<tf.Rank.R2>,
    tf.Variable<tf.Rank.R4>,
    tf.Variable<tf.Rank.R2>,
  ];
  const [filter, up, matrix, depth, table] = variables;
  const optimizer = tf.train.adam(0.01);
  for (let step = 0; step < 2; step++) {
    optimizer.minimize(() => {
      const small = tf.tanh(tf.conv2d(x, filter, 1, 'same'));
      const half: tf.Tensor4D = tf.maxPool(small, 2, 2, 'same');
      const large = tf.tanh(tf.conv2dTranspose(half, up, [16, 14, 14, 16], 2, 'same'));
      const each = tf.depthwiseConv2d(large, depth, 1, 'same');
      const error = tf.mean(tf.squaredDifference(tf.matMul(tf.reshape(each, [16, -1]), matrix), target));
      return tf.add<tf.Scalar>(error, tf.mean(tf.square(tf.gather(table, rows))));
    });
  }
  const hash = createHash('sha256');
  for (const variable of variables) hash.update(new Uint8Array((await variable.data()).buffer));
  await hashOnePicture(hash, values);
  tf.dispose([x, target, rows, ...variables]);
  optimizer.dispose();
  return hash.update(await updateInChunks()).digest('hex');
}

class Refused {
  constructor() {
    throw new Error('no threads here');
  }
}

/** The bits of convolutions of one large picture and their gradients: with tiles, with windows, with few channels, and of single pixels. */
async function hashOnePicture(hash: Hash, values: (shape: number[], seed: number) => tf.Tensor): Promise<void> {
  const filters = [
    [3, 3, 3, 16],
    [3, 3, 16, 16],
    [1, 1, 16, 24],
    [3, 3, 24, 16],
    [3, 3, 16, 2],
  ].map((shape, i) => values(shape, 7 + i) as tf.Tensor4D);
  const picture = values([1, 46, 50, 3], 6) as tf.Tensor4D;
  const run = (x: tf.Tensor4D, ...[first, second, third, fourth, fifth]: tf.Tensor4D[]): tf.Tensor => {
    const inner = tf.conv2d(tf.conv2d(x, first!, 1, 'same'), second!, 1, 'same');
    const small = tf.conv2d(tf.conv2d(inner, third!, 1, 'same'), fourth!, 2, 'same');
    return tf.conv2d(small, fifth!, 1, 'same');
  };
  const { value, grads } = tf.valueAndGrads(run as (...x: tf.Tensor[]) => tf.Tensor)([picture, ...filters]);
  for (const tensor of [value, ...grads]) hash.update(new Uint8Array((await tensor.data()).slice().buffer));
  tf.dispose([picture, ...filters, value, ...grads]);
}

/** One step of Adam for a million parameters in eight jobs. */
async function updateInChunks(): Promise<Uint8Array> {
  const heap = heapOf(tf.backend());
  const count = 2 ** 20;
  const [variable, gradient, mean, square] = [1, 2, 3, 4].map((seed) =>
    tf.tidy(() => tf.sin(tf.range(seed, seed + count))),
  );
  const [newVariable, newMean, newSquare] = [heap.make([count]), heap.make([count]), heap.make([count])];
  const from = { variable: variable!, gradient: gradient!, mean: mean!, square: square! };
  heap.runAll('adamStep', adamJobs(heap, { ...from, newVariable, newMean, newSquare }, count, 8));
  const hash = createHash('sha256');
  for (const { dataId } of [newVariable, newMean, newSquare]) {
    hash.update(new Uint8Array(((await heap.backend.read(dataId)) as Float32Array).buffer));
    heap.backend.disposeData(dataId);
  }
  tf.dispose(Object.values(from));
  return hash.digest();
}

const inUse = ({ threads, reason }: WasmTrainingReport): Partial<WasmTrainingReport> => ({ threads, reason });
const enable = async (threads?: number): Promise<unknown> => inUse(await enableWasmTraining({ threads }));
const countThreads = (): number => readdirSync('/proc/self/task').length;

async function restart(): Promise<void> {
  const factory = tf.findBackendFactory('wasm');
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', factory, 2);
  await tf.setBackend('wasm');
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

const programs: Record<string, () => Promise<unknown>> = {
  async one() {
    const first = await enable(1);
    await tf.setBackend('wasm');
    return { first, shared: memory().buffer instanceof SharedArrayBuffer, hash: await train() };
  },
  async two() {
    const first = await enable();
    await tf.setBackend('wasm');
    const second = await enable();
    return { first, second, shared: memory().buffer instanceof SharedArrayBuffer, hash: await train() };
  },
  async late() {
    await tf.setBackend('wasm');
    return { first: await enable(), hash: await train() };
  },
  async starting() {
    const start = tf.setBackend('wasm');
    const first = await enable();
    await start;
    return { first, hash: await train() };
  },
  /** The heap grows in the middle of training: the helper must see it. */
  async growth() {
    await enable();
    await tf.setBackend('wasm');
    const heap = heapOf(tf.backend());
    const hashes = new Set<string>();
    let growths = 0;
    while (growths < 8) {
      const before = memory().buffer.byteLength;
      // a quarter of the heap as it is: more than it grows by at once
      heap.make([before / 16]);
      hashes.add(await train());
      if (memory().buffer.byteLength > before) growths++;
    }
    return { growths, hashes: [...hashes], last: await enable() };
  },
  async ends() {
    const before = countThreads();
    await enable();
    await tf.setBackend('wasm');
    const [counts, hashes] = [[countThreads() - before], [await train()]];
    const note = async (): Promise<void> => {
      await settled();
      counts.push(countThreads() - before);
      hashes.push(await train());
    };
    const reports: unknown[] = [];
    disposeWasmTraining();
    await note();
    reports.push(await enable());
    await note();
    reports.push(await enable(1));
    await note();
    reports.push(await enable(2));
    await restart();
    await note();
    reports.push(await enable());
    disposeWasmTraining();
    await restart();
    await note();
    return { counts, hashes, reports, shared: memory().buffer instanceof SharedArrayBuffer };
  },
  async unused() {
    const before = countThreads();
    const first = await enable();
    const waiting = countThreads() - before;
    disposeWasmTraining();
    await settled();
    return { first, waiting, left: countThreads() - before };
  },
  /** One number of threads after the other, on as many processors as that takes, whatever the machine has. */
  async many() {
    os.availableParallelism = () => 16;
    const before = countThreads();
    const { getBuiltinModule } = process;
    let asked = 0;
    const scarce = class extends Worker {
      constructor(...options: ConstructorParameters<typeof Worker>) {
        if (++asked === 3) throw new Error('no more threads');
        super(...options);
      }
    };
    process.getBuiltinModule = (id: string) =>
      id.endsWith('worker_threads') ? { Worker: scarce } : getBuiltinModule(id);
    const first = await enable(5);
    const waiting = countThreads() - before;
    await tf.setBackend('wasm');
    const reports: unknown[] = [];
    const [vae, dcgan] = [new Set<string>(), new Set<string>()];
    for (const threads of [4, 20, 3, 2, 1, 8]) {
      reports.push(await enable(threads));
      vae.add(await runVae());
      dcgan.add(await runDcgan());
    }
    const hash = await train();
    disposeWasmTraining();
    await settled();
    return { first, waiting, reports, vae: [...vae], dcgan: [...dcgan], hash, left: countThreads() - before };
  },
  /** No thread can be started, as under a content security policy. */
  async refused() {
    const { getBuiltinModule } = process;
    process.getBuiltinModule = (id: string) =>
      id.endsWith('worker_threads') ? { Worker: Refused } : getBuiltinModule(id);
    const first = await enable();
    await tf.setBackend('wasm');
    return { first, second: await enable(), hash: await train() };
  },
  /** Another binary that is instantiated while the backend starts. */
  async stranger() {
    const { instantiate } = WebAssembly;
    await enable();
    const start = tf.setBackend('wasm');
    while (WebAssembly.instantiate === instantiate) await Promise.resolve();
    // one memory of 1 to 2 pages, exported as "m"
    const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 5, 4, 1, 1, 1, 2, 7, 5, 1, 1, 109, 2, 0);
    const stranger = await WebAssembly.instantiate(bytes);
    await start;
    return {
      isPrivate: (stranger.instance.exports['m'] as WebAssembly.Memory).buffer instanceof ArrayBuffer,
      isShared: memory().buffer instanceof SharedArrayBuffer,
      isPutBack: WebAssembly.instantiate === instantiate,
    };
  },
};

process.stdout.write(`\n${JSON.stringify(await programs[process.argv[2]!]!())}\n`);
