import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  batches,
  bernoulli,
  countParameters,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createRandom,
  createTrainer,
  createVaeTrainer,
  dense,
  fit,
  freeze,
  groupNorm,
  loadCheckpoint,
  saveCheckpoint,
  sequential,
  type Network,
} from '../../src/index.js';
import { describeModel, loadModel, saveModel } from '../../src/model/index.js';
import { loadStateDict, saveStateDict } from '../../src/pytorch/index.js';

const random = createRandom(41);
const values = async (part: Pick<Network, 'variables' | 'buffers'>): Promise<number[]> =>
  (await Promise.all([...part.variables, ...(part.buffers ?? [])].map((one) => one.data()))).flatMap((one) => [...one]);
const makeBody = () => sequential([dense({ inputs: 3, units: 4, random }), groupNorm({ inputs: 4, groups: 2 })]);
const makeHead = () => dense({ inputs: 4, units: 2, random: random.fork('head') });
const trainerOf = (network: Network) =>
  createTrainer({
    name: 'frozen',
    parts: { network },
    optimizer: createAdam({ learningRate: 0.1 }),
    loss: ({ x }) => ({ loss: tf.mean(tf.square(network.apply(x))) }),
    random,
  });
const source = () => batches(random.fork('data').normal([8, 3]), { batchSize: 4, random });

describe('freeze', () => {
  it('keeps what a part computes, and its gradient to what comes before', async () => {
    const body = makeBody();
    const frozen = freeze(body);
    const x = random.normal([5, 3]);
    const slopes = [body, frozen].map((one) => tf.grad((y: tf.Tensor) => tf.sum(tf.square(one.apply(y))))(x));
    expect(await frozen.apply(x).data()).toEqual(await body.apply(x).data());
    expect(await slopes[1]!.data()).toEqual(await slopes[0]!.data());
    expect([countParameters(body), countParameters(frozen)]).toEqual([24, 0]);
    expect(await values(frozen)).toEqual(await values(body));
  });

  it('lets a trainer move the head alone, in a run that resumes', async () => {
    const [body, head] = [makeBody(), makeHead()];
    const network = sequential([freeze(body), head]);
    const [before, headBefore] = [await values(body), await values(head)];
    const trainer = trainerOf(network);
    const data = source();
    await fit(trainer, data, { steps: 3 });
    expect(await values(body)).toEqual(before);
    expect(await values(head)).not.toEqual(headBefore);
    const saved = await saveCheckpoint(trainer, { data });
    await fit(trainer, data, { steps: 3 });

    const second = sequential([freeze(makeBody()), makeHead()]);
    const again = trainerOf(second);
    const sameData = source();
    await loadCheckpoint(again, saved, { data: sameData });
    await fit(again, sameData, { steps: 3 });
    expect(await values(second)).toEqual(await values(network));
  });

  it('holds for the parts of a model', async () => {
    const encoder = createGaussianEncoder(dense({ inputs: 3, units: 4, random }), { latentSize: 2 });
    const decoder = createDecoder(dense({ inputs: 2, units: 3, random }), { likelihood: bernoulli });
    const before = await values(encoder);
    const trainer = createVaeTrainer({
      encoder: freeze(encoder),
      decoder,
      optimizer: createAdam({ learningRate: 0.1 }),
      random,
    });
    expect(() => trainerOf(freeze(makeBody()))).toThrow('must have variables to train; got frozen ones only');
    await fit(trainer, batches(random.uniform([8, 3]), { batchSize: 4, random }), { steps: 2 });
    expect(await values(encoder)).toEqual(before);
  });

  it('is saved in model files as it is, and has the state dict of its part', async () => {
    const decoder = createDecoder(sequential([freeze(makeBody()), makeHead()]), { likelihood: bernoulli });
    const frozen = freeze(decoder);
    const bytes = await saveModel({ frozen, other: makeHead() });
    const { parts } = describeModel(bytes);
    expect(parts['frozen']).toMatchObject({ as: 'decoder', kind: 'freeze', parameters: 0 });
    const loaded = await loadModel(bytes, { as: { frozen: 'decoder', other: 'network' } });
    expect(loaded.frozen.variables).toEqual([]);
    expect(await values(loaded.frozen)).toEqual(await values(frozen));
    const z = random.normal([2, 3]);
    expect(await loaded.frozen.mean(z).data()).toEqual(await decoder.mean(z).data());

    const [body, other] = [makeBody(), makeBody()];
    await loadStateDict(freeze(other), await saveStateDict(freeze(body)));
    expect(await values(other)).toEqual(await values(body));
    await loadStateDict(other, await saveStateDict(freeze(body)));
  });

  it('keeps the methods of a class, and frees what it owns', () => {
    class Scale implements Network {
      readonly variables = [tf.variable(tf.scalar(2))];
      apply(x: tf.Tensor): tf.Tensor {
        return tf.mul(x, this.scale);
      }
      get scale(): number {
        return 3;
      }
      dispose(): void {
        this.variables.forEach((one) => one.dispose());
      }
    }
    const part = new Scale();
    const frozen = freeze(part);
    expect(frozen.apply(tf.scalar(2)).dataSync()[0]).toBe(6);
    frozen.dispose();
    expect(part.variables[0]!.isDisposed).toBe(true);
    expect(() => freeze({} as Network)).toThrow('freeze: `part` must be a network or a part');
  });
});
