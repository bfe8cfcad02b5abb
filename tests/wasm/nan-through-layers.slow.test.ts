import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { cosineSchedule, predictVelocity } from '../../src/diffusion/index.js';
import { createDenoiser, denoisingMlp } from '../../src/index.js';
import { createRandom } from '../../src/random/index.js';
import { adversarialLosses } from '../contract/adversarial-losses.js';
import { likelihoods } from '../contract/likelihoods.js';
import { samplers } from '../contract/samplers.js';
import { conditions } from '../nets/conditions/registry.js';
import { layers } from '../nets/layers/registry.js';
import { inputOf } from '../nets/network-case.js';
import { compositions } from '../nets/networks/registry.js';

/** NaN as arithmetic makes it on x86, with the sign bit, and as JavaScript writes it. */
const MADE = 0xffc00000;
const WRITTEN = 0x7fc00000;

type Place = 'first' | 'last';

/** The tensor with NaN in place of its first or its last number; made on the backend in use. */
function spoilt(x: Tensor, place: Place, bits: number): Tensor {
  const values = x.dataSync().slice() as Float32Array;
  new Uint32Array(values.buffer)[place === 'first' ? 0 : values.length - 1] = bits;
  return tf.tensor(values, x.shape);
}

/** The numbers of some tensors on a backend, or undefined where it refuses. */
async function numbersOn(backend: string, make: () => Tensor[]): Promise<number[][] | undefined> {
  await tf.setBackend(backend);
  tf.engine().startScope();
  try {
    const made = tf.tidy(make);
    return await Promise.all(made.map(async (x) => Array.from(await x.data())));
  } catch {
    return undefined;
  } finally {
    tf.engine().endScope();
    tf.disposeVariables();
  }
}

/** Expects wasm to refuse, or to give NaN where cpu does; returns how many numbers are NaN on cpu. */
async function expectNaNKept(what: string, make: () => Tensor[]): Promise<number> {
  const expected = await numbersOn('cpu', make);
  const received = await numbersOn('wasm', make);
  if (received === undefined) return 0;
  expect(expected, `${what}: only cpu refuses`).toBeDefined();
  const lost = expected!.flatMap((values, k) =>
    values.flatMap((value, i) =>
      Number.isNaN(value) && !Number.isNaN(received[k]![i]) ? [[k, i, received[k]![i]]] : [],
    ),
  );
  expect(lost, what).toEqual([]);
  return expected!.flat().filter(Number.isNaN).length;
}

/** At most this many of a network's weights are spoilt in turn. */
const MOST = 5;

describe.each([...layers, ...conditions, ...compositions])('$name', (entry) => {
  const { make, options = () => ({}) } = entry;

  /** The output and the gradients of all weights, with NaN in the input (-1) or in a weight. */
  const results = (index: number, place: Place, bits: number) => (): Tensor[] => {
    const network = make(createRandom(1));
    const variables = [...network.variables];
    const input = inputOf(entry);
    const spoil = (x: Tensor): Tensor =>
      x.dtype === 'float32' ? spoilt(x, place, bits) : tf.fill(x.shape, 2000, 'int32');
    if (index >= 0) variables[index]!.assign(spoil(variables[index]!));
    const x = index < 0 ? spoil(input) : input;
    if (variables.length === 0) return [network.apply(x, options())];
    let y: Tensor | undefined;
    const { grads } = tf.variableGrads(() => {
      y = tf.keep(network.apply(x, options()));
      return tf.sum(tf.square(y));
    }, variables);
    const all = [tf.clone(y!), ...variables.map(({ name }) => grads[name]!)];
    y!.dispose();
    return all;
  };

  it('gives NaN on wasm where cpu does: from its input or a weight, in its output and its gradients', async () => {
    const [sizes] = (await numbersOn('cpu', () => [
      tf.tensor1d(make(createRandom(1)).variables.map(({ size }) => size)),
    ]))!;
    const step = Math.ceil(sizes!.length / MOST);
    let count = 0;
    for (let index = -1; index < sizes!.length; index += index < 0 ? 1 : step) {
      for (const [place, bits] of [
        ['first', MADE],
        ['last', MADE],
        ['first', WRITTEN],
      ] as const) {
        const what = `NaN of bits ${bits.toString(16)}, ${place} in ${index < 0 ? 'the input' : `variable ${index}`}`;
        count += await expectNaNKept(what, results(index, place, bits));
      }
    }
    // integers hold no NaN: without weights, what is made of them is finite
    const mayBeNaN = sizes!.length > 0 || typeof entry.input !== 'function';
    if (mayBeNaN) expect(count, 'numbers that are NaN on cpu').toBeGreaterThan(0);
  });
});

describe.each(likelihoods)('$name', ({ likelihood, x, parameters }) => {
  it('gives NaN on wasm where cpu does: from data or parameters, in densities, means, samples and gradients', async () => {
    let count = 0;
    for (const bits of [MADE, WRITTEN]) {
      for (const place of ['first', 'last'] as const) {
        for (const ofData of [true, false]) {
          const run = (): Tensor[] => {
            const data = tf.fill([3, 2], x[0]!);
            const channels = parameters[0]!.flatMap((value) => [value, value]);
            const own = tf.tile(tf.tensor2d([channels]), [3, 1]);
            const given = ofData ? own : spoilt(own, place, bits);
            const logProb = (p: Tensor): Tensor =>
              tf.sum(likelihood.logProb(ofData ? spoilt(data, place, bits) : data, p));
            return [
              likelihood.logProb(ofData ? spoilt(data, place, bits) : data, given),
              likelihood.mean(given),
              likelihood.sample(given, createRandom(1)),
              tf.grad(logProb)(given),
            ];
          };
          count += await expectNaNKept(`NaN ${place} in ${ofData ? 'the data' : 'the parameters'}`, run);
        }
      }
    }
    expect(count).toBeGreaterThan(0);
  });

  it('gives samples that are NaN where a parameter is', async () => {
    for (const backend of ['cpu', 'wasm']) {
      const own = (): Tensor => tf.tensor2d([parameters[0]!.flatMap((value) => [value, value])]);
      const [sample] = (await numbersOn(backend, () => [
        likelihood.sample(spoilt(own(), 'first', MADE), createRandom(1)),
      ]))!;
      expect(sample!.map(Number.isNaN), backend).toEqual([true, false]);
    }
  });
});

describe.each(adversarialLosses)('$name', ({ loss }) => {
  it('is NaN on wasm where it is on cpu, with its gradients', async () => {
    for (const bits of [MADE, WRITTEN]) {
      for (const ofReal of [true, false]) {
        const run = (): Tensor[] => {
          const logits = (values: number[], isSpoilt: boolean): Tensor => {
            const column = tf.tensor2d(values, [3, 1]);
            return isSpoilt ? spoilt(column, 'last', bits) : column;
          };
          const [real, fake] = [logits([0.3, -1.7, 2.4], ofReal), logits([-0.6, 1.1, -2.3], !ofReal)];
          return [
            loss.discriminator(real, fake),
            loss.generator(fake, real),
            ...tf.grads((r: Tensor, f: Tensor) => loss.discriminator(r, f))([real, fake]),
            tf.grad((f: Tensor) => loss.generator(f, real))(fake),
          ];
        };
        expect(await expectNaNKept(`NaN in logits of ${ofReal ? 'data' : 'fakes'}`, run)).toBeGreaterThan(0);
      }
    }
  });
});

describe.each(samplers)('$name', ({ sample: draw }) => {
  const schedule = cosineSchedule({ steps: 20 });

  async function sample(weights: boolean, condition: number): Promise<Float32Array> {
    const network = denoisingMlp({ size: 2, width: 4, classes: 3, random: createRandom(2) });
    if (weights) for (const variable of network.variables) variable.assign(tf.mul(variable, tf.div(tf.zeros([]), 0)));
    const denoiser = createDenoiser(network, { schedule, predicts: predictVelocity });
    const samples = await draw(denoiser, {
      shape: [4, 2],
      random: createRandom(1),
      steps: 6,
      clip: [-1, 1],
      condition: tf.fill([4], condition, 'int32'),
      allowNoClass: true,
    });
    return (await samples.data()) as Float32Array;
  }

  it.each(['cpu', 'wasm'])(
    'refuses NaN on %s from NaN weights and from a label beyond the classes',
    async (backend) => {
      await tf.setBackend(backend);
      tf.engine().startScope();
      for (const label of [2, -1]) expect((await sample(false, label)).every(Number.isFinite)).toBe(true);
      for (const [weights, label] of [
        [true, 2],
        [false, 3],
        [false, -2],
      ] as const)
        await expect(sample(weights, label)).rejects.toThrow(/must make finite samples|condition/);
      tf.engine().endScope();
      tf.disposeVariables();
    },
  );
});
