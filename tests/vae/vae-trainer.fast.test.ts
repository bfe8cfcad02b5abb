import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  batches,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createRandom,
  createVaeTrainer,
  bernoulli,
  embedding,
  fit,
  importanceWeightedObjective,
  loadCheckpoint,
  mlp,
  readMetrics,
  saveCheckpoint,
  sequential,
  conv2d,
  flatten,
  type Network,
  type VaeTrainerOptions,
} from '../../src/index.js';
import {
  batchOfPixels,
  bitsOf,
  numbersOf,
  pixels,
  poisonedBatch,
  snapshot,
  tinyBatches,
  tinyVae,
  variableOf,
  withoutLeak,
} from '../training/sample.js';

let x: Tensor;
let poison: Tensor;

beforeEach(() => {
  [x, poison] = [batchOfPixels(), poisonedBatch()];
});
afterEach(() => {
  tf.dispose([x, poison]);
  tf.disposeVariables();
});

const adam = () => createAdam({ learningRate: 0.02 });

/** An identity with statistics: each pass in training moves its one buffer to the mean of its input. */
function statistics(): Network & { readonly buffers: [tf.Variable] } {
  const mean = variableOf([0.25], []);
  return {
    apply: (input, options) => {
      if (options?.training) tf.tidy(() => mean.assign(tf.mean(input)));
      return tf.clone(input);
    },
    variables: [],
    buffers: [mean],
    dispose: () => mean.dispose(),
  };
}

describe('a step', () => {
  test('reports loss and the terms of the bound, means over the batch, as scalars on the device', async () => {
    const { trainer } = tinyVae(adam());
    const metrics = trainer.step(x);
    expect(Object.keys(metrics)).toEqual(['loss', 'elbo', 'logLikelihood', 'kl']);
    expect(Object.values(metrics).map(({ shape }) => shape)).toEqual([[], [], [], []]);
    const { loss, elbo, logLikelihood, kl } = await readMetrics(metrics);
    expect(elbo).toBeCloseTo(logLikelihood - kl, 4);
    expect(loss).toBeCloseTo(-elbo, 4);
  });

  test('improves the bound of data that can be learned', async () => {
    const { trainer, data } = tinyVae(adam());
    const before = await readMetrics(trainer.evaluate(x));
    await fit(trainer, data, { epochs: 25 });
    expect((await readMetrics(trainer.evaluate(x))).elbo).toBeGreaterThan(before.elbo + 0.05);
  });

  test('clips gradients to `clipNorm`', async () => {
    const sgd = () => tf.train.sgd(1);
    const [free, clipped] = [tinyVae(sgd()), tinyVae(sgd(), { clipNorm: 0.001 })];
    const start = await numbersOf([...free.encoder.variables, ...free.decoder.variables]);
    const lengths = [];
    for (const { trainer, encoder, decoder } of [free, clipped]) {
      tf.dispose({ ...trainer.step(x) });
      const moved = await numbersOf([...encoder.variables, ...decoder.variables]);
      lengths.push(Math.hypot(...moved.map((value, i) => value - start[i]!)));
    }
    expect(lengths[0]).toBeGreaterThan(0.01);
    expect(lengths[1]).toBeCloseTo(0.001, 5);
  });

  test('trains on a condition, which reaches both networks', async () => {
    const random = createRandom(1);
    const labelled = (body: Network, name: string): Network => {
      const labels = embedding({ classes: 3, size: 2, random: random.fork(name) });
      return {
        apply: (input, options) =>
          tf.tidy(() => body.apply(tf.concat([input, labels.apply(options!.condition!)], 1), options)),
        variables: [...body.variables, ...labels.variables],
        dispose: () => undefined,
      };
    };
    const encoder = createGaussianEncoder(labelled(mlp({ sizes: [8, 4], random }), 'e'), { latentSize: 2 });
    const decoder = createDecoder(labelled(mlp({ sizes: [4, 6], random }), 'd'), { likelihood: bernoulli });
    const { trainer } = tinyVae(adam(), { encoder, decoder });
    const before = await bitsOf([encoder.variables.at(-1)!, decoder.variables.at(-1)!]);
    const data = batches(
      { x: pixels, condition: { data: Uint8Array.from({ length: 10 }, (_, i) => i % 3), shape: [10] } },
      { batchSize: 4 },
    );
    await withoutLeak(() => fit(trainer, data, { steps: 2 }));
    const after = await bitsOf([encoder.variables.at(-1)!, decoder.variables.at(-1)!]);
    expect(after[0]).not.toEqual(before[0]);
    expect(after[1]).not.toEqual(before[1]);
  });

  test('with NaN in the batch changes no variable, moment or buffer, is counted, and the run continues', async () => {
    const norm = statistics();
    const random = createRandom(1);
    const encoder = createGaussianEncoder(sequential([norm, mlp({ sizes: [6, 4], random })]), { latentSize: 2 });
    const { trainer } = tinyVae(adam(), { encoder });
    tf.dispose({ ...trainer.step(x) });
    const { variables } = trainer.state;
    const kept = Object.values(variables).slice(0, -1);
    const before = await bitsOf(kept);
    const bad = await readMetrics(trainer.step(poison));
    expect(bad.loss).toBeNaN();
    expect(await bitsOf(kept)).toEqual(before);
    expect(await numbersOf(Object.values(trainer.skipped!))).toEqual([1]);
    tf.dispose({ ...trainer.step(x) });
    expect(await numbersOf(Object.values(trainer.skipped!))).toEqual([1]);
    expect((await numbersOf(kept)).every(Number.isFinite)).toBe(true);
  });

  test('skipped in a run is reported with the verdict, and its NaN is not in the means', async () => {
    const { trainer } = tinyVae(adam());
    const { history } = await fit(trainer, [x, poison, x], {
      epochs: 1,
      callbacks: { onEpochEnd: (_, logs) => expect(Number.isFinite(logs['loss'])).toBe(true) },
    });
    expect(history.loss).toHaveLength(1);
    expect(await numbersOf(Object.values(trainer.skipped!))).toEqual([1]);
  });

  test.each<[string, () => unknown, RegExp]>([
    ['integers', () => tf.zeros([4, 6], 'int32'), /step: `batch` must be float32; got int32/],
    ['a vector', () => tf.zeros([6]), /step: `batch` must have shape/],
    ['nothing', () => undefined, /step: `batch` must be a tensor or \{ x, condition \}/],
    [
      'labels of another number',
      () => ({ x: tf.zeros([4, 6]), condition: tf.zeros([3], 'int32') }),
      /`batch.condition` must have shape \[4\]; got \[3\]/,
    ],
    ['another width', () => tf.zeros([4, 5]), /6/],
  ])('with %s throws before anything changed, and leaks nothing', async (_, make, message) => {
    const { trainer } = tinyVae(adam(), { averaged: true });
    tf.dispose({ ...trainer.step(x) });
    const before = await snapshot(trainer);
    const batch = make() as Tensor;
    await withoutLeak(() => expect(() => trainer.step(batch)).toThrow(message));
    await withoutLeak(() => expect(() => trainer.evaluate(batch)).toThrow());
    expect(await snapshot(trainer)).toEqual(before);
    tf.dispose(batch);
  });

  test('whose objective throws half way changes nothing, and leaks nothing', async () => {
    const norm = statistics();
    const encoder = createGaussianEncoder(sequential([norm, mlp({ sizes: [6, 4], random: createRandom(1) })]), {
      latentSize: 2,
    });
    const objective: VaeTrainerOptions['objective'] = {
      evaluate: ({ encoder: part, x: data, random, options }) => {
        tf.exp(part.draw(data, random, options).z);
        throw new Error('half way');
      },
    };
    const { trainer } = tinyVae(adam(), { encoder, objective });
    const before = await snapshot(trainer);
    await withoutLeak(() => expect(() => trainer.step(x)).toThrow('half way'));
    expect(await snapshot(trainer)).toEqual(before);
  });

  test('that meets a missing kernel ends with one sentence and the remedy, before the first update', async () => {
    const backend = tf.getBackend();
    const kernel = tf.getKernel('Conv2DBackpropFilter', backend);
    const random = createRandom(1);
    const network = sequential([
      conv2d({ inputs: 1, filters: 2, kernelSize: 3, random }),
      flatten(),
      mlp({ sizes: [32, 4], random }),
    ]);
    const encoder = createGaussianEncoder(network, { latentSize: 2 });
    const decoder = createDecoder(mlp({ sizes: [2, 16], random }), {
      likelihood: { ...bernoulli, logProb: (data, logits) => bernoulli.logProb(tf.reshape(data, [-1, 16]), logits) },
    });
    const { trainer } = tinyVae(adam(), { encoder, decoder });
    const images = tf.fill([2, 4, 4, 1], 0.5);
    tf.dispose({ ...trainer.evaluate(images) });
    const before = await snapshot(trainer);
    tf.unregisterKernel('Conv2DBackpropFilter', backend);
    try {
      await withoutLeak(() =>
        expect(fit(trainer, [images], { epochs: 1 })).rejects.toThrow(
          /^The kernel `Conv2DBackpropFilter` is missing on the backend '\w+': .*\.$/,
        ),
      );
    } finally {
      tf.registerKernel(kernel);
    }
    expect(await snapshot(trainer)).toEqual(before);
    tf.dispose({ ...trainer.step(images) });
    images.dispose();
  });
});

describe('evaluate', () => {
  test('gives the same numbers at every call and changes no state', async () => {
    const { trainer } = tinyVae(adam(), { averaged: true });
    tf.dispose({ ...trainer.step(x) });
    const before = await snapshot(trainer);
    const first = await readMetrics(trainer.evaluate(x));
    expect(await readMetrics(trainer.evaluate(x))).toEqual(first);
    expect(await snapshot(trainer)).toEqual(before);
    expect(first.elbo).toBeCloseTo(first.logLikelihood - first.kl, 4);
  });

  test('does not affect the noise of the steps around it', async () => {
    const [quiet, asked] = [tinyVae(adam()), tinyVae(adam())];
    for (let i = 0; i < 3; i++) {
      tf.dispose({ ...quiet.trainer.step(x) });
      tf.dispose({ ...asked.trainer.evaluate(x) });
      tf.dispose({ ...asked.trainer.step(x) });
    }
    expect(await snapshot(asked.trainer)).toEqual(await snapshot(quiet.trainer));
  });

  test('draws the same numbers as the saved run, in a trainer of another seed', async () => {
    const [saved, other] = [tinyVae(adam()), tinyVae(adam(), { seed: 2 })];
    await loadCheckpoint(other.trainer, await saveCheckpoint(saved.trainer));
    expect(await readMetrics(other.trainer.evaluate(x))).toEqual(await readMetrics(saved.trainer.evaluate(x)));
  });
});

describe('the state', () => {
  test('holds live handles of every variable, buffer, moment and average under structural names', () => {
    const norm = statistics();
    const encoder = createGaussianEncoder(sequential([norm, mlp({ sizes: [6, 4], random: createRandom(1) })]), {
      latentSize: 2,
    });
    const { trainer, decoder } = tinyVae(adam(), { encoder });
    const { variables, plain } = trainer.state;
    expect(variables['encoder.0']).toBe(encoder.variables[0]);
    expect(variables['encoder.2']).toBe(norm.buffers[0]);
    expect(variables['decoder.3']).toBe(decoder.variables[3]);
    expect(Object.keys(variables).some((name) => name.startsWith('optimizer.'))).toBe(true);
    expect(JSON.parse(JSON.stringify(plain))).toEqual(plain);
  });
});

describe('createVaeTrainer', () => {
  test.each<[object, RegExp]>([
    [{ encoder: undefined }, /`encoder.encode` must be a function/],
    [{ decoder: {} }, /`decoder.decode` must be a function/],
    [{ random: Math.random }, /`random`/],
    [{ objective: {} }, /`objective` must be a record with evaluate; got \{\}/],
    [{ clipNorm: 0 }, /`clipNorm`/],
    [{ optimizer: {} }, /`optimizer/],
  ])('refuses %o, and leaks nothing', async (options, message) => {
    const { encoder, decoder } = tinyVae(adam());
    const given = { encoder, decoder, optimizer: adam(), random: createRandom(1), ...options } as VaeTrainerOptions;
    await withoutLeak(() => expect(() => createVaeTrainer(given)).toThrow(message));
  });

  test('forks `random` under its own name and draws nothing from it', () => {
    const random = createRandom(1);
    const before = random.state();
    const { trainer } = tinyVae(adam(), { random });
    tf.dispose([{ ...trainer.step(x) }, { ...trainer.evaluate(x) }]);
    expect(random.state()).toEqual(before);
    expect(trainer.state.plain).toMatchObject({ random: { path: ['vae trainer'] } });
  });
});

describe('memory', () => {
  test.each<[string, Parameters<typeof tinyVae>[1]]>([
    ['the default objective', {}],
    ['everything switched on', { averaged: true, clipNorm: 1, objective: importanceWeightedObjective({ samples: 2 }) }],
  ])('is as it was after 10 steps, a throwing step, saving, loading and dispose, with %s', async (_, options) => {
    await withoutLeak(async () => {
      const vae = tinyVae(adam(), options);
      await withoutLeak(() => fit(vae.trainer, vae.data, { steps: 10, validation: tinyBatches(2) }));
      const wrong = tf.zeros([2, 5]);
      await withoutLeak(() => expect(() => vae.trainer.step(wrong)).toThrow());
      wrong.dispose();
      await withoutLeak(async () => {
        const file = await saveCheckpoint(vae.trainer, { data: vae.data });
        await loadCheckpoint(vae.trainer, file, { data: vae.data });
        await expect(loadCheckpoint(vae.trainer, file.subarray(9))).rejects.toThrow();
      });
      const parts = tf.memory().numTensors;
      vae.trainer.dispose();
      vae.trainer.dispose();
      expect(tf.memory().numTensors).toBeLessThan(parts);
      expect(vae.encoder.variables.every(({ isDisposed }) => !isDisposed)).toBe(true);
      vae.dispose();
    });
  });
});
