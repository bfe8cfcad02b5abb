import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  concatLatents,
  dense,
  embedding,
  flatten,
  gaussianNoise,
  residual,
  timeEmbedding,
  withCondition,
  withProjection,
  withScaleAndShift,
  withTimesteps,
  type ApplyOptions,
  type Network,
} from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import { ShapeError } from '../../../src/tensor/errors.js';
import { expectClose, read } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const random = createRandom(1);

/** A network that returns its input and remembers what it was given. */
function spy(): { network: Network; seen: ApplyOptions[]; inputs: Tensor[]; disposed: () => boolean } {
  const seen: ApplyOptions[] = [];
  const inputs: Tensor[] = [];
  let disposed = false;
  const network: Network = {
    apply: (input, options = {}) => {
      seen.push(options);
      inputs.push(tf.keep(tf.clone(input)));
      return tf.clone(input);
    },
    variables: [],
    dispose: () => (disposed = true),
  };
  return { network, seen, inputs, disposed: () => disposed };
}

/** Labels that are one-hot vectors of three numbers. */
const oneHot = (): Network => {
  const labels = embedding({ classes: 3, size: 3, random });
  labels.variables[0]!.assign(tf.eye(3));
  return labels;
};
const condition = (...labels: number[]): Tensor => tf.tensor1d(labels, 'int32');

describe('withCondition', () => {
  test('concatenates the vector to the input', async () => {
    const network = withCondition(spy().network, oneHot());
    const output = network.apply(tf.tensor2d([[7], [8], [9]]), { condition: condition(2, -1, 0) });
    await expectClose(output, [7, 0, 0, 1, 8, 0, 0, 0, 9, 1, 0, 0]);
  });

  test('concatenates it at each pixel of an image', async () => {
    const network = withCondition(spy().network, oneHot());
    const output = network.apply(tf.ones([2, 2, 1, 1]), { condition: condition(1, 2) });
    await expectClose(output, [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1]);
  });
});

test('withScaleAndShift multiplies by 1 + scale and adds the shift, at each position', async () => {
  const network = withScaleAndShift(spy().network, dense({ inputs: 4, units: 4, random }));
  network.variables[0]!.assign(tf.eye(4));
  network.variables[1]!.assign(tf.zeros([4]));
  const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 1, 2]);
  // scales 0.5 and -1, shifts 10 and 20
  const output = network.apply(x, { condition: tf.tensor2d([[0.5, -1, 10, 20]]) });
  await expectClose(output, [1.5 + 10, 20, 4.5 + 10, 20]);
});

test('withProjection adds the product of the features with the vector, and nothing for -1', async () => {
  const head = dense({ inputs: 3, units: 1, random });
  const network = withProjection(head, oneHot());
  const x = tf.tensor2d([
    [1, 2, 4],
    [1, 2, 4],
  ]);
  const plain = await read(head.apply(x));
  const output = network.apply(x, { condition: condition(2, -1) });
  await expectClose(output, [plain[0]! + 4, plain[1]!], { absolute: 1e-5 });
});

describe('withTimesteps', () => {
  const timesteps = condition(0, 500);
  const x = tf.zeros([2, 1]);

  test('passes the sum of the time and the label as the condition, and only the time without labels', async () => {
    const time = timeEmbedding({ size: 4 });
    const waves = await read(time.apply(timesteps));
    const { network, seen } = spy();
    const body: Network = { ...network, apply: (input, options) => tf.clone(options?.condition ?? input) };
    const labels = dense({ inputs: 1, units: 4, random });
    const both = withTimesteps(body, { time, labels });
    const vectors = tf.tensor2d([[1], [2]]);
    const added = await read(labels.apply(vectors));
    await expectClose(
      both.apply(x, { timesteps, condition: vectors }),
      waves.map((wave, i) => wave + added[i]!),
    );
    await expectClose(both.apply(x, { timesteps }), waves);
    await expectClose(withTimesteps(body, { time }).apply(x, { timesteps, condition: vectors }), waves);
    expect(seen).toEqual([]);
  });

  test('rejects labels of a size different from the time’s', () => {
    const labels = embedding({ classes: 2, size: 6, random });
    const network = withTimesteps(spy().network, { time: timeEmbedding({ size: 4 }), labels });
    expect(() => network.apply(x, { timesteps, condition: condition(0, 1) })).toThrow(ShapeError);
  });
});

describe('every combinator', () => {
  const makers: readonly [name: string, make: (one: Network, other: Network) => Network][] = [
    ['withCondition', withCondition],
    ['withScaleAndShift', withScaleAndShift],
    ['withProjection', withProjection],
    ['withTimesteps', (body, time) => withTimesteps(body, { time })],
    ['residual', residual],
  ];

  test.each(makers)('%s passes on all options, and disposes both networks', (name, make) => {
    const [one, other] = [spy(), spy()];
    const network = make(one.network, other.network);
    const options: ApplyOptions = { training: true, random, condition: tf.ones([2, 2]), timesteps: tf.ones([2, 2]) };
    const input = name === 'withProjection' ? tf.ones([2, 2]) : tf.ones([2, name === 'withScaleAndShift' ? 1 : 2]);
    try {
      network.apply(input, options);
    } catch (error) {
      // the head of withProjection does not return logits here, but it was called
      expect(error).toBeInstanceOf(ShapeError);
    }
    for (const { seen } of [one, other]) {
      expect(seen).toHaveLength(1);
      expect(Object.keys(seen[0]!)).toEqual(Object.keys(options));
      expect(seen[0]!.random).toBe(random);
      expect(seen[0]!.timesteps).toBe(options.timesteps);
    }
    network.dispose();
    expect([one.disposed(), other.disposed()]).toEqual([true, true]);
  });

  test.each(makers)('%s rejects values that are not networks', (_, make) => {
    expect(() => make(undefined as unknown as Network, flatten())).toThrow(
      'must be a network, with apply, variables and dispose; got undefined',
    );
    expect(() => make(flatten(), {} as Network)).toThrow(
      'must be a network, with apply, variables and dispose; got {}',
    );
  });

  test.each(makers.slice(0, 3))('%s names the condition that is missing, or has another batch', (name, make) => {
    const network = make(flatten(), oneHot());
    const x = tf.ones([2, 3]);
    const before = tf.memory().numTensors;
    expect(() => network.apply(x)).toThrow(
      `${name}: \`options.condition\` must be a tensor; got undefined. ` +
        'Pass { condition: labels } to apply, with int32 labels, -1 for none.',
    );
    expect(tf.memory().numTensors).toBe(before);
    expect(() => network.apply(x, { condition: condition(1) })).toThrow(
      `${name}: \`options.condition\` must have shape [2]; got [1]. Pass one for each example of the input.`,
    );
    expect(tf.memory().numTensors).toBe(before + 1);
  });

  test('withTimesteps names the timesteps that are missing', () => {
    const network = withTimesteps(flatten(), { time: timeEmbedding({ size: 2 }) });
    expect(() => network.apply(tf.ones([2, 3]))).toThrow(
      'withTimesteps: `options.timesteps` must be a tensor; got undefined. Pass { timesteps } to apply, int32 [batch].',
    );
  });

  test('a vector of the wrong size is named', () => {
    const network = withScaleAndShift(flatten(), oneHot());
    expect(() => network.apply(tf.ones([1, 2]), { condition: condition(1) })).toThrow(
      'withScaleAndShift: `labels.apply(options.condition)` must have shape [1, 4]; got [1, 3].',
    );
    const head = withProjection(flatten(), oneHot());
    expect(() => head.apply(tf.ones([1, 3]), { condition: condition(1) })).toThrow(
      'withProjection: `head.apply(input)` must have shape [1, 1]; got [1, 3].',
    );
  });
});

describe('concatLatents', () => {
  const make = (): Network => {
    const random = createRandom(8);
    return concatLatents(
      dense({ inputs: 3, units: 2, random: random.fork('data') }),
      withCondition(
        dense({ inputs: 2 + 1, units: 4, random: random.fork('above') }),
        embedding({ classes: 3, size: 1, random }),
      ),
    );
  };

  test('of three latents per example is that of the data repeated three times', async () => {
    const random = createRandom(9);
    const [x, latents, labels] = [random.normal([2, 3]), random.normal([6, 2]), tf.tensor1d([2, 0], 'int32')];
    const network = make();
    const once = network.apply(x, { latents, condition: labels });
    const repeated = network.apply(tf.tile(x, [3, 1]), { latents, condition: tf.tile(labels, [3]) });
    expect(await read(once)).toEqual(await read(repeated));
    expect(once.shape).toEqual([6, 6]);
  });

  test('rejects missing latents, another number of rows, and maps', () => {
    const x = tf.ones([2, 3]);
    expect(() => make().apply(x)).toThrow('concatLatents: `options.latents` must be a tensor; got undefined. A hier');
    expect(() => make().apply(x, { latents: tf.ones([3, 2]) })).toThrow('must have shape [2, ?]; got [3, 2].');
    const flat = dense({ inputs: 2, units: 1, random: createRandom(1) });
    expect(() =>
      concatLatents(gaussianNoise({ standardDeviation: 1 }), flat).apply(tf.ones([1, 2, 2, 1]), {
        latents: tf.ones([1, 2]),
      }),
    ).toThrow(
      'concatLatents: `data.apply(input)` must have shape [1, ?]; got [1, 2, 2, 1]. End the network with flatten()',
    );
  });
});
