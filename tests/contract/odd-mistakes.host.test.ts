import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { eventFileName } from '../../src/logs/index.js';
import { rocAuc } from '../../src/metrics/index.js';
import { fetchModelBytes } from '../../src/model/index.js';
import { encodePng, logFile } from '../../src/node/index.js';
import { createTokenModel, transformer } from '../../src/tokens/index.js';

const random = g.createRandom(1);
const any = (value: unknown): never => value as never;
const int = (...values: number[]): tf.Tensor => tf.tensor1d(values, 'int32');
const schedule = g.cosineSchedule({ steps: 10 });
const x = tf.zeros([2, 4]);
const denoiser = g.createDenoiser(g.denoisingMlp({ size: 4, width: 8, classes: 3, stepSizes: 3, random }), {
  schedule,
  predicts: g.predictVelocity,
});
const network = transformer({ tokens: 4, length: 2, width: 8, heads: 2, layers: 1, random });

afterAll(() => {
  tf.disposeVariables();
});

/** Calls that gave an error of tfjs or Node, one about something else, or a wrong result without a word. */
test.each<[call: string, run: () => unknown, message: string]>([
  [
    'a label beyond the classes',
    () => denoiser.predict(x, int(1, 1), { condition: int(0, 3) }),
    'predict: `options.condition` must be from -1 to 2; got 3.',
  ],
  [
    'a step size beyond those of the network',
    () =>
      g
        .denoisingMlp({ size: 4, width: 8, stepSizes: 3, random })
        .apply(x, { timesteps: int(1, 1), stepSize: int(0, 5) }),
    'denoisingMlp: `options.stepSize` must be from -1 to 2; got 5.',
  ],
  [
    'a timestep for two images',
    () => g.unet({ channels: 1, widths: [8], random }).apply(tf.zeros([2, 4, 4, 1]), { timesteps: int(1) }),
    ': `options.timesteps` must have shape [2, 32]; got [1, 32]. Pass one for each example of the input.',
  ],
  [
    'a token that is none',
    () => createTokenModel(network, { tokens: 4, length: 2 }).logProb(tf.tensor2d([[0, 4]], [1, 2], 'int32')),
    'logProb: `indices` must be from -1 to 3; got 4.',
  ],
  [
    'more tokens than int32 numbers',
    () => createTokenModel(network, { tokens: 2 ** 31, length: 2 }),
    'createTokenModel: `tokens` must be a positive integer and at most 2147483647; got 2147483648.',
  ],
  [
    'options before the network',
    () => createTokenModel(any({ tokens: 4, length: 2 }), any(network)),
    'must be a network, with apply, variables and dispose; got { tokens, length }.',
  ],
  ['a BigInt as a seed', () => g.createRandom(any(5n)), 'createRandom: `seed` must be a number; got 5n.'],
  [
    'an estimate between the two timesteps of a step',
    () => g.dpmSolverStep({ xt: x, estimate: x, previous: { estimate: x, timestep: 3 }, from: 5, to: 1, schedule }),
    'dpmSolverStep: `previous.timestep` must not lie after `from`, 5, on the way to 1; got 3.',
  ],
  [
    'parts in an array',
    () =>
      g.createTrainer({
        name: 'a',
        parts: any([network]),
        optimizer: g.createAdam({ learningRate: 1 }),
        random,
        loss: () => ({ loss: tf.scalar(0) }),
      }),
    'createTrainer: `parts` must be a record of at least one part',
  ],
  ['scores as text', () => rocAuc(any(['1']), [2]), "rocAuc: `normal[0]` must be a number; got '1'."],
  ['a host as a number', () => eventFileName(any(5)), 'eventFileName: `host` must be letters'],
  [
    'a picture of bytes',
    () => encodePng(tf.fill([2, 2, 1], 255)),
    'encodePng: `image` must have numbers from 0 to 1; got 255. Divide bytes by 255.',
  ],
  [
    'a picture that no memory holds',
    () => encodePng(tf.zeros([8, 8, 1]), { scale: 1e6 }),
    'encodePng: `scale` must leave a picture of at most 268435456 numbers; got 1000000.',
  ],
  [
    'a record in a log file',
    () => logFile(join(tmpdir(), 'never-written.log')).append(any({ a: 1 })),
    'logFile.append: `bytes` must be a Uint8Array; got { a }.',
  ],
  [
    'a log file that is cut at NaN',
    () => logFile(join(tmpdir(), 'never-written.log')).cut(NaN),
    'logFile.cut: `length` must be an integer of at least 0; got NaN.',
  ],
  ...([`authorization: me`, { 'a b': 'c' }] as unknown[]).map((headers): [string, () => unknown, string] => [
    'headers that are none',
    () => fetchModelBytes('data:,a', { headers: any(headers) }),
    'fetchModelBytes: `headers` must be a record of names and values of headers; got ',
  ]),
])('%s is named in one sentence', async (_, run, message) => {
  const error = await Promise.resolve()
    .then(run)
    .catch((reason: unknown) => reason);
  expect((error as Error).message).toMatch(/^[\w.]+: `[^`]+` [^;]+; got [^\n]+\.$/);
  expect((error as Error).message).toContain(message);
});
