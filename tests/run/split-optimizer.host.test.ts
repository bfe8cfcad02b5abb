import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  batches,
  createAdam,
  createRandom,
  createTrainer,
  dense,
  fit,
  linearRamp,
  loadCheckpoint,
  saveCheckpoint,
  sequential,
} from '../../src/index.js';
import { splitOptimizer } from '../../src/run/index.js';

const variables = () => [1, 2, 3].map((value) => tf.variable(tf.scalar(value)));
const part = (...own: tf.Variable[]) => ({ variables: own, dispose: () => undefined });
const values = (all: readonly tf.Variable[]) => all.map((one) => one.dataSync()[0]);

describe('splitOptimizer', () => {
  it('moves each part as its own optimizer alone would', () => {
    const [a, b, c] = variables();
    const optimizer = splitOptimizer(createAdam({ learningRate: 0.1 }), [
      { part: part(b!), optimizer: tf.train.sgd(0.5) },
    ]);
    const gradients = [0.3, -2, 5].map((value) => tf.scalar(value));
    optimizer.apply(gradients, [a!, b!, c!]);
    optimizer.apply(gradients, [a!, b!, c!]);
    // Adam moves by its rate while gradients stay the same
    expect(values([a!, c!])).toEqual([expect.closeTo(0.8, 5), expect.closeTo(2.8, 5)]);
    expect(values([b!])).toEqual([expect.closeTo(4, 5)]);
    expect(optimizer.learningRate).toBe(0.1);
    optimizer.dispose();
  });

  it('skips an update as a whole', () => {
    const all = variables();
    const own = [{ part: part(all[1]!), optimizer: createAdam({ learningRate: 0.1 }) }];
    const optimizer = splitOptimizer(createAdam({ learningRate: 0.1 }), own);
    optimizer.prepare(all);
    optimizer.apply([tf.scalar(1), tf.scalar(NaN), tf.scalar(1)], all);
    expect(values(all)).toEqual([1, 2, 3]);
    expect(values([optimizer.skipped!])).toEqual([1]);
    const before = tf.memory().numTensors;
    optimizer.apply(
      [1, 1, 1].map((value) => tf.scalar(value)),
      all,
    );
    expect(values(all)).toEqual([0.9, 1.9, 2.9].map((value) => expect.closeTo(value, 5) as number));
    expect(tf.memory().numTensors).toBe(before + 3);
    optimizer.dispose();
  });

  it('belongs to a run that resumes bit for bit', async () => {
    const make = () => {
      const random = createRandom(3);
      const [body, head] = [dense({ inputs: 2, units: 3, random }), dense({ inputs: 3, units: 1, random })];
      const network = sequential([body, head]);
      const optimizer = splitOptimizer(createAdam({ learningRate: 0.1 }), [
        { part: body, optimizer: createAdam({ learningRate: linearRamp({ from: 0, to: 0.1, steps: 9 }) }) },
      ]);
      const loss = ({ x }: { x: tf.Tensor }) => ({ loss: tf.mean(tf.square(tf.sub(1, network.apply(x)))) });
      const trainer = createTrainer({ name: 'split', parts: { network }, optimizer, loss, random });
      return { network, trainer, data: batches(random.fork('data').normal([8, 2]), { batchSize: 4, random }) };
    };
    const [one, two] = [make(), make()];
    await fit(one.trainer, one.data, { steps: 3 });
    const saved = await saveCheckpoint(one.trainer, { data: one.data });
    await fit(one.trainer, one.data, { steps: 4 });
    await loadCheckpoint(two.trainer, saved, { data: two.data });
    await fit(two.trainer, two.data, { steps: 4 });
    const numbers = [one, two].map(({ network }) => network.variables.flatMap((each) => [...each.dataSync()]));
    expect(numbers[1]).toEqual(numbers[0]);
    const { trainer } = make();
    trainer.dispose();
  });

  it('rejects what it cannot use', () => {
    const [a, b] = variables();
    const adam = () => createAdam({ learningRate: 0.1 });
    expect(() => splitOptimizer(adam(), [{ part: part(), optimizer: adam() }])).toThrow('own[0].part.variables');
    expect(() => splitOptimizer(adam(), [{ part: part(a!), optimizer: 3 as never }])).toThrow('own[0].optimizer');
    const split = splitOptimizer(adam(), [{ part: part(b!), optimizer: adam() }]);
    expect(() => split.prepare([a!])).toThrow('own[0].optimizer` must have a variable to move');
    expect(() => split.restore({ optimizer: 'adam' })).toThrow('splitOptimizer.restore');
  });
});
