import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import {
  createAdam,
  createRandom,
  createTrainer,
  fit,
  loadCheckpoint,
  mlp,
  readMetrics,
  saveCheckpoint,
  saveWeights,
} from 'tfjs-generative';
import { startBackend } from 'tfjs-generative/backend';
import { sharpness } from 'tfjs-generative/metrics';
import { createRun, keepCheckpoints } from 'tfjs-generative/run';
import { memoryStore } from '../run/memory-store.js';

const NAME = 'gpu of a test';

/** What a test does with the GPU that its backend says to have. */
interface Gpu {
  /** As WebGL's: the context is gone now, and the event comes later. */
  lose(): void;
  /** The event comes, and the context is there again, empty. */
  restore(): void;
  /** Reads end no more, as those whose fence is gone. */
  hang(): void;
}

let before: string;
let gpu: Gpu;

/** A backend on the processor that has the members by which tfjs's WebGL backend is known. */
function makeBackend(): tf.KernelBackend {
  const backend = tf.engine().registryFactory[before]!.factory() as tf.KernelBackend;
  const canvas = new EventTarget();
  let [isLost, isWhole] = [false, true];
  const gl = { isContextLost: () => isLost, isBuffer: () => isWhole };
  gpu = {
    lose: () => void ([isLost, isWhole] = [true, false]),
    restore: () => {
      canvas.dispatchEvent(new Event('webglcontextlost'));
      isLost = false;
    },
    hang: () => {
      backend.read = () => new Promise(() => undefined);
    },
  };
  return Object.assign(backend, { canvas, gpgpu: { gl, vertexBuffer: {} } });
}

/** A line that is fitted, small enough for every test. */
function makeModel() {
  const network = mlp({ sizes: [2, 3, 2], random: createRandom(1) });
  const trainer = createTrainer({
    name: 'line',
    parts: { network },
    optimizer: createAdam({ learningRate: 0.1 }),
    random: createRandom(2),
    loss: ({ x, options }) => ({ loss: tf.mean(tf.square(tf.sub(network.apply(x, options), x))) }),
  });
  return { network, trainer };
}

const rows = (): tf.Tensor[] => [tf.tensor2d([[1, -1]]), tf.tensor2d([[2, 1]])];
const says =
  /^[\w.]+: `[\w.]+` must be on a GPU that is still there; got gpu of a test, whose context was lost\. The weights on it are gone: go on from the last checkpoint, on wasm or in a new page\./;

beforeAll(() => {
  before = tf.getBackend();
  tf.copyRegisteredKernels(before, NAME);
});

afterAll(() => {
  for (const { kernelName } of tf.getKernelsForBackend(NAME)) tf.unregisterKernel(kernelName, NAME);
});

beforeEach(async () => {
  tf.registerBackend(NAME, makeBackend, 0);
  await startBackend(NAME);
});

afterEach(async () => {
  await tf.setBackend(before);
  tf.removeBackend(NAME);
});

describe('a GPU whose context is lost', () => {
  test.each([
    ['and not there again', () => gpu.lose()],
    [
      'and there again',
      () => {
        gpu.lose();
        gpu.restore();
      },
    ],
  ])('%s: no update, sample or file comes of it', async (_, accident) => {
    const { network, trainer } = makeModel();
    await readMetrics(trainer.step(rows()[0]!));
    const steps = trainer.steps;
    accident();
    expect(() => trainer.step(rows()[0]!)).toThrow(says);
    expect(() => trainer.evaluate(rows()[0]!)).toThrow(says);
    expect(() => network.apply(rows()[0]!)).toThrow(says);
    await expect(saveCheckpoint(trainer)).rejects.toThrow(says);
    await expect(saveWeights(network)).rejects.toThrow(says);
    await expect(fit(trainer, rows(), { epochs: 1 })).rejects.toThrow(says);
    expect(trainer.steps).toBe(steps);
  });

  it('before it was first checked is detected by its invalid buffers', () => {
    const { trainer } = makeModel();
    gpu.lose();
    gpu.restore();
    expect(() => trainer.step(rows()[0]!)).toThrow(says);
  });

  it('during a read ends the read', async () => {
    const { trainer } = makeModel();
    const metrics = trainer.step(rows()[0]!);
    gpu.hang();
    const reads = [readMetrics(metrics), saveCheckpoint(trainer), sharpness(tf.ones([1, 4, 4, 1]))];
    gpu.lose();
    gpu.restore();
    for (const read of reads) await expect(read).rejects.toThrow(says);
  });

  it('during a read makes its numbers invalid', async () => {
    const { trainer } = makeModel();
    const metrics = trainer.step(rows()[0]!);
    const reading = readMetrics(metrics);
    gpu.lose();
    await expect(reading).rejects.toThrow(says);
  });

  it('is lost for two trainers, and stays lost', async () => {
    const [one, two] = [makeModel(), makeModel()];
    for (let time = 0; time < 2; time++) {
      gpu.lose();
      gpu.restore();
      for (const { trainer } of [one, two]) {
        expect(() => trainer.step(rows()[0]!)).toThrow(says);
        await expect(saveCheckpoint(trainer)).rejects.toThrow(says);
      }
    }
  });

  it.each(['the store', 'a listener that reads'])(
    'ends a run in one sentence, and %s does not hold it',
    async (who) => {
      const { trainer } = makeModel();
      const { store } = memoryStore();
      const keep = keepCheckpoints({ store, best: { metric: 'loss', goal: 'min' } });
      const hanging = new Promise(() => undefined);
      const run = createRun(trainer, rows(), {
        epochs: 5,
        observers: [keep],
        onReport: ({ epoch }) => {
          if (epoch !== 2) return undefined;
          const { lose, restore } = gpu;
          lose();
          setTimeout(restore);
          return who === 'the store' ? undefined : hanging;
        },
      });
      const end = run.start();
      await expect(end).rejects.toThrow(says);
      expect(await run.stop()).toMatchObject({ status: 'failed' });
      await expect(run.start()).rejects.toThrow(says);
      // what was kept before is whole, the best of it too
      await startBackend(before);
      for (const which of ['latest', 'best'] as const) {
        const { trainer: next } = makeModel();
        await loadCheckpoint(next, (await keep.load(which))!, { observers: null });
        expect(next.steps).toBe(4);
      }
    },
  );

  it('leaves a trainer that continues from a checkpoint on another backend, bit for bit', async () => {
    const straight = makeModel().trainer;
    const { trainer } = makeModel();
    const data = rows();
    await readMetrics(straight.step(data[0]!));
    await readMetrics(trainer.step(data[0]!));
    const saved = await saveCheckpoint(trainer);
    const wanted = (await readMetrics(straight.step(data[1]!))).loss;
    gpu.lose();
    gpu.restore();
    await startBackend(before);
    await expect(saveCheckpoint(trainer)).rejects.toThrow(says);
    await loadCheckpoint(trainer, saved);
    expect((await readMetrics(trainer.step(rows()[1]!))).loss).toBe(wanted);
  });

  it('is replaced by a start of the same backend', async () => {
    const lost = tf.backend();
    gpu.lose();
    gpu.restore();
    expect(await startBackend(NAME)).toBe(NAME);
    expect(tf.backend()).not.toBe(lost);
    const { trainer } = makeModel();
    expect((await readMetrics(trainer.step(rows()[0]!))).loss).toBeGreaterThan(0);
  });

  it('turns tfjs’s error for it into ours', async () => {
    const { trainer } = makeModel();
    const data = (): AsyncIterable<tf.Tensor> => ({
      async *[Symbol.asyncIterator]() {
        yield rows()[0]!;
        gpu.lose();
        throw new Error('createBuffer failed');
      },
    });
    await expect(fit(trainer, data, { epochs: 1 })).rejects.toThrow(says);
  });
});

describe('a WebGPU device', () => {
  it('that is lost is detected by its promise', async () => {
    let lose!: (info: object) => void;
    const device = { lost: new Promise((resolve) => (lose = resolve)) };
    Object.assign(tf.backend(), { gpgpu: undefined, canvas: undefined, device });
    const { trainer } = makeModel();
    const reading = readMetrics(trainer.step(rows()[0]!));
    await reading;
    tf.backend().read = () => Promise.reject(new DOMException('unmapped', 'AbortError'));
    const failing = readMetrics(trainer.step(rows()[0]!));
    setTimeout(() => lose({ reason: 'unknown' }), 20);
    await expect(failing).rejects.toThrow(says);
    expect(() => trainer.step(rows()[0]!)).toThrow(says);
  });
});
