import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, test } from 'vitest';
import * as g from '../../src/index.js';
import * as r from '../../src/run/index.js';
import { codeVerdicts } from '../../src/tokens/index.js';
import { memoryStore } from '../run/memory-store.js';

afterEach(() => tf.disposeVariables());

const any = (value: unknown): never => value as never;
const random = g.createRandom(1);
const x = (): tf.Tensor => tf.ones([3, 4]);

/** Calls that `npm run tool -- random-programs` found to be accepted, or to end in an error of tfjs or of JavaScript. */
const cases: readonly (readonly [call: string, run: () => unknown, message: string])[] = [
  ['options that are a list', () => g.upsample1d(any([])), 'upsample1d: `options` must be an object with the keys factor; got [].'],
  ['options that are a map', () => g.minSnrWeighting(any(new Map([['limit', 3]]))), 'minSnrWeighting: `options` must be an object with the keys limit; got an instance of Map.'],
  ['options that are a date', () => g.randomCutout(any(new Date(0))), 'randomCutout: `options` must be an object with the keys fraction; got an instance of Date.'],
  ['a bound on no samples', () => g.importanceWeightedBound(tf.zeros([0, 4])), 'importanceWeightedBound: `logWeights.shape[0]` must be a positive integer; got 0.'],
  ['a gradient of bools', () => g.clipByGlobalNorm([x(), tf.ones([2], 'bool')], 1), 'clipByGlobalNorm: `gradients[1]` must be float32; got bool.'],
  ['a run whose name is an object', () => r.keepCheckpoints({ store: memoryStore().store, run: any({}) }), 'keepCheckpoints: `run` must be at most 100 letters, digits, dots, hyphens and underscores, and a letter or digit at both ends; got {}.'],
  ['a layer with other tensors than its variables', () => g.dense({ inputs: 4, units: 2, random }).applyWith([tf.ones([4, 3])], x()), 'applyWith: `variables[0]` must have shape [4, 2]; got [4, 3].'],
  ['a layer with no tensors', () => g.dense({ inputs: 4, units: 2, random }).applyWith([], x()), 'applyWith: `variables[0]` must be a tensor, not disposed; got undefined.'],
  ['a spectral norm of a disposed layer', () => { const layer = g.dense({ inputs: 4, units: 2, random }); layer.dispose(); return g.spectralNorm(layer); }, 'spectralNorm: `layer` must not be disposed'],
  ['verdicts on a promise', () => codeVerdicts(any(Promise.resolve(1))), 'codeVerdicts: `quantizer` must be a record with quantize, lookUp, indicesOf'],
]; // prettier-ignore

test.each(cases.map(([call, run, message]) => ({ call, run, message })))(
  '$call gives one clear sentence',
  ({ run, message }) => {
    expect(run).toThrow(message);
  },
);

test('a game that is refused leaves nothing behind, also if one of its players could be trained', () => {
  const own = (): g.Optimizer => ({ ...g.createAdam({ learningRate: 0.1 }), prepare: () => undefined });
  const generator = g.createGenerator(g.mlp({ sizes: [2, 4], random }), { latentSize: 2 });
  const discriminator = g.createDiscriminator(g.freeze(g.mlp({ sizes: [4, 1], random })));
  const optimizers = { generator: own(), discriminator: own() };
  const { numTensors } = tf.memory();
  expect(() => g.createGanTrainer({ generator, discriminator, loss: g.hingeLoss, optimizers, random })).toThrow(
    'frozen ones only',
  );
  expect(tf.memory().numTensors).toBe(numTensors);
});

test('a batch whose pairs all end at the data can be distilled', async () => {
  const schedule = g.flowSchedule({ steps: 2 });
  const make = (seed: number): g.Denoiser =>
    g.createDenoiser(g.denoisingMlp({ size: 4, width: 4, random: g.createRandom(seed) }), {
      schedule,
      predicts: g.predictFlow,
    });
  const input = { x: x(), noise: tf.zeros([3, 4]), step: 0, options: { training: true, random } };
  const losses = (timesteps: number[]) =>
    g
      .consistencyDistillation({ teacher: make(2) })
      .losses({ ...input, student: make(1), timesteps: Int32Array.from(timesteps) })
      .data();
  const [together, mixed] = [await losses([0, 0, 0]), await losses([0, 0, 1])];
  expect(together[0]).toBeGreaterThan(0);
  expect(together[0]).toBeCloseTo(mixed[0]!, 5);
});
