import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  batchNorm,
  clipByGlobalNorm,
  createAdam,
  createDiscriminator,
  createGanTrainer,
  createGenerator,
  createRandom,
  createTrainer,
  countParameters,
  dense,
  hingeLoss,
  loadCheckpoint,
  loadWeights,
  mlp,
  residual,
  saveCheckpoint,
  saveWeights,
  sequential,
  tanh,
  valueAndGradients,
  type LossTrainerOptions,
  type Network,
  type Optimizer,
  type Part,
} from '../../../src/index.js';
import { watchOptimizer } from '../../../src/logs/index.js';
import { loadModel, saveModel } from '../../../src/model/index.js';
import { loadStateDict, saveStateDict } from '../../../src/pytorch/index.js';
import { accumulateGradients } from '../../../src/run/index.js';
import { expectClose } from '../../support/close.js';
import { bitsOf, numbersOf, snapshot, variableOf, withoutLeak } from '../sample.js';

let x: Tensor;
beforeEach(() => {
  x = tf.tensor2d([0.1, 0.9, 0.4, 0.3, 0.8, 0.2], [3, 2]);
});
afterEach(() => {
  x.dispose();
  tf.disposeVariables();
});

const layer = (seed = 1): Network => dense({ inputs: 2, units: 2, random: createRandom(seed), activation: tanh });
const squared = (a: Tensor, b: Tensor): Tensor => tf.mean(tf.square(tf.sub(a, b)));

/** A part that lists a variable twice, as one written by hand may. */
const twice = (part: Network): Network => ({ ...part, variables: [...part.variables, ...part.variables] });
/** The same network in two parts, in one that lists it twice, and twice in one that lists it once. */
const sharings: Record<string, (one: Network) => Record<string, Network>> = {
  'twice in sequential': (one) => ({ part: sequential([one, one]) }),
  'in two parts': (one) => ({ first: one, second: one }),
  'in a network and next to it': (one) => ({ first: sequential([one, one]), second: one }),
  'in a part that lists it twice': (one) => ({ part: twice(one) }),
};
const optimizers: Record<string, () => Optimizer | tf.Optimizer> = {
  'tf.train.sgd': () => tf.train.sgd(0.1),
  'tf.train.momentum': () => tf.train.momentum(0.1, 0.9),
  'tf.train.adam': () => tf.train.adam(0.1),
  createAdam: () => createAdam({ learningRate: 0.1 }),
  'createAdam with weight decay': () => createAdam({ learningRate: 0.1, weightDecay: 0.5 }),
  watchOptimizer: () => watchOptimizer(tf.train.sgd(0.1)),
  accumulateGradients: () => accumulateGradients(tf.train.sgd(0.1), { batches: 2 }),
};

/** A trainer of one network that is applied twice. */
function trainer(parts: Record<string, Part>, one: Network, options: Partial<LossTrainerOptions<string>> = {}) {
  return createTrainer({
    name: 'tied',
    parts,
    optimizer: tf.train.sgd(0.1),
    random: createRandom(2),
    loss: ({ x: data }) => ({ loss: tf.mul(50, squared(one.apply(one.apply(data)), tf.sub(1, data))) }),
    ...options,
  });
}

function steps(made: ReturnType<typeof trainer>, count = 4): void {
  for (let i = 0; i < count; i++) tf.dispose({ ...made.step(x) });
}

describe.each(Object.entries(sharings))('a network that is there %s', (_, partsOf) => {
  test.each(Object.entries(optimizers))('is moved by %s as one that is there once', async (_, optimizer) => {
    const [plain, shared] = [layer(), layer()];
    steps(trainer({ part: plain }, plain, { optimizer: optimizer(), clipNorm: 1 }));
    steps(trainer(partsOf(shared), shared, { optimizer: optimizer(), clipNorm: 1 }));
    expect(await bitsOf(shared.variables)).toEqual(await bitsOf(plain.variables));
  });

  test('has one gradient, the sum over all uses, in clipNorm and in the norms of a log', async () => {
    const [plain, shared] = [watchOptimizer(tf.train.sgd(0.1)), watchOptimizer(tf.train.sgd(0.1))];
    const [one, other] = [layer(), layer()];
    steps(trainer({ part: one }, one, { optimizer: plain }));
    steps(trainer(partsOf(other), other, { optimizer: shared }));
    expect(await shared.readNumbers()).toEqual(await plain.readNumbers());
  });

  test('is averaged once', async () => {
    const [plain, into] = [layer(), layer(3)];
    steps(trainer({ part: plain }, plain, { averages: { part: { into, decay: 0.9 } } }));
    const [shared, sharedInto] = [layer(), layer(3)];
    const targets = partsOf(sharedInto);
    const averages = Object.fromEntries(
      Object.keys(targets).map((name) => [name, { into: targets[name]!, decay: 0.9 }]),
    );
    steps(trainer(partsOf(shared), shared, { averages }));
    expect(await bitsOf(sharedInto.variables)).toEqual(await bitsOf(into.variables));
  });

  test('continues from a checkpoint like the run that was not interrupted', async () => {
    const make = (one = layer()) =>
      trainer(partsOf(one), one, { optimizer: createAdam({ learningRate: 0.1, weightDecay: 0.1 }), clipNorm: 1 });
    const [straight, saved, resumed] = [make(), make(), make(layer(5))];
    steps(straight, 5);
    steps(saved, 2);
    await loadCheckpoint(resumed, await saveCheckpoint(saved));
    steps(resumed, 3);
    expect(await snapshot(resumed)).toEqual(await snapshot(straight));
  });

  test('is one of as many numbers as it has, and is saved and read again', async () => {
    const [one, other] = [layer(), layer(7)];
    const [parts, others] = [partsOf(one), partsOf(other)];
    expect(countParameters(...Object.values(parts))).toBe(6);
    for (const [name, part] of Object.entries(parts)) await loadWeights(others[name]!, await saveWeights(part));
    expect(await bitsOf(other.variables)).toEqual(await bitsOf(one.variables));
  });
});

test('networks that are composed list what they share once', () => {
  const one = sequential([dense({ inputs: 2, units: 2, random: createRandom(1) }), batchNorm({ inputs: 2 })]);
  for (const network of [sequential([one, one]), residual(one, one), sequential([residual(one), one])]) {
    expect(network.variables).toEqual(one.variables);
    expect(network.buffers).toEqual(one.buffers);
  }
  const other = layer(2);
  expect(sequential([one, other]).variables).toEqual([...one.variables, ...other.variables]);
});

test('tied networks train the same in a custom loop with valueAndGradients, clipByGlobalNorm and an optimizer', async () => {
  const moved = async (network: Network, one: Network): Promise<number[][]> => {
    const adam = createAdam({ learningRate: 0.1 });
    await withoutLeak(() => {
      adam.prepare(network.variables);
      for (let i = 0; i < 3; i++) {
        tf.tidy(() => {
          const loss = (): Tensor => tf.mul(9, squared(one.apply(one.apply(x)), x));
          const { gradients } = valueAndGradients(loss, network.variables);
          adam.apply(clipByGlobalNorm(gradients, 0.5), network.variables);
        });
      }
      adam.dispose();
    });
    return bitsOf(one.variables);
  };
  const [plain, tied] = [layer(), layer()];
  expect(await moved(sequential([tied, tied]), tied)).toEqual(await moved(plain, plain));
});

describe('a list with a variable twice is refused by', () => {
  const w = (): Variable => variableOf([1]);
  const rows: [string, (list: Variable[], gradients: Tensor[]) => unknown, string][] = [
    ['valueAndGradients', (list) => valueAndGradients(() => tf.sum(list[0]!), list), 'valueAndGradients'],
    ['createAdam', (list, gradients) => createAdam({ learningRate: 1 }).apply(gradients, list), 'createAdam'],
    ['its prepare', (list) => createAdam({ learningRate: 1 }).prepare(list), 'createAdam'],
    ['watchOptimizer', (list, gradients) => watchOptimizer(tf.train.sgd(1)).apply(gradients, list), 'optimizer'],
    [
      'accumulateGradients',
      (list, gradients) => accumulateGradients(tf.train.sgd(1), { batches: 1 }).apply(gradients, list),
      'accumulateGradients',
    ],
  ];
  test.each(rows)('%s, and nothing has moved', async (_, run, where) => {
    const one = w();
    const list = [one, w(), one];
    const gradients = list.map((variable) => tf.onesLike(variable));
    const message = `${where}: \`variables\` must not repeat a variable; got variables[0] again as variables[2]. List a shared variable once: [...new Set(variables)].`;
    expect(() => run(list, gradients)).toThrow(message);
    expect(await numbersOf(list)).toEqual([1, 1, 1]);
    tf.dispose(gradients);
  });
});

describe('files', () => {
  const untied = (): Network => sequential([layer(1), layer(2)]);
  const tied = (one = layer(3)): Network => sequential([one, one]);

  test('of two layers are rejected for one layer that occurs twice, and nothing has changed', async () => {
    const network = tied();
    const before = await bitsOf(network.variables);
    await expect(loadWeights(network, await saveWeights(untied()))).rejects.toThrow(
      /^loadWeights: `bytes` must hold exactly the 2 tensors of this model; got .*2, 3 in addition/,
    );
    await expect(loadStateDict(network, await saveStateDict(untied()))).rejects.toThrow(
      /^loadStateDict: `bytes: 2.weight` must have the same numbers as 0.weight, which is the same variable in this model; got other numbers\. Make/,
    );
    expect(await bitsOf(network.variables)).toEqual(before);
  });

  test('of a checkpoint of two parts are refused for parts that share, and nothing has changed', async () => {
    const make = (first: Network, second: Network, optimizer: Optimizer | tf.Optimizer = tf.train.sgd(0.1)) =>
      createTrainer({
        name: 'pair',
        parts: { first, second },
        optimizer,
        random: createRandom(1),
        loss: ({ x: data }) => ({ loss: squared(second.apply(first.apply(data)), data) }),
      });
    const one = layer(3);
    const shared = make(one, one);
    const before = await snapshot(shared);
    const file = await saveCheckpoint(make(layer(1), layer(2)));
    await expect(loadCheckpoint(shared, file)).rejects.toThrow(
      /^loadCheckpoint: `bytes: second.0` must have the same numbers as first.0, which is the same variable in this model/,
    );
    expect(await snapshot(shared)).toEqual(before);
    // a file of parts that share is one of two parts with the same numbers
    const [a, b] = [layer(4), layer(5)];
    await loadCheckpoint(make(a, b), await saveCheckpoint(shared));
    expect(await bitsOf(a.variables)).toEqual(await bitsOf(b.variables));
  });

  test('of a state dict have tied weights under both names, or under one of them', async () => {
    const [from, into] = [tied(layer(4)), tied(layer(5))];
    await loadStateDict(into, await saveStateDict(from));
    expect(await bitsOf(into.variables)).toEqual(await bitsOf(from.variables));
    // safetensors.torch.save_model leaves out the second name: the file of the layer alone
    const again = tied(layer(6));
    await loadStateDict(again, await saveStateDict(sequential([layer(4)])));
    expect(await bitsOf(again.variables)).toEqual(await bitsOf(from.variables));
  });

  test('of a model keep tied weights', async () => {
    const one = layer(4);
    const loaded = await loadModel(await saveModel({ first: sequential([one, one]), second: one }), {
      as: { first: 'network', second: 'network' },
    });
    expect(loaded.first.variables).toEqual(loaded.second.variables);
    expect(await bitsOf(loaded.first.variables)).toEqual(await bitsOf(one.variables));
  });
});

describe('sharing that has no meaning is refused:', () => {
  const adam = () => createAdam({ learningRate: 0.1 });
  const network = (sizes: readonly number[]): Network => mlp({ sizes, random: createRandom(1) });

  test('generator and discriminator, which two optimizers move', async () => {
    const body = network([2, 2]);
    const generator = createGenerator(body, { latentSize: 2 });
    const discriminator = createDiscriminator(sequential([body, network([2, 1])]));
    const options = { loss: hingeLoss, random: createRandom(1), generator, discriminator };
    await withoutLeak(() =>
      expect(() => createGanTrainer({ ...options, optimizers: { generator: adam(), discriminator: adam() } })).toThrow(
        /^createGanTrainer: `parts.discriminator` must share no variable with another part that is updated; got ".+" of shape \[2, 2\], which generator has too/,
      ),
    );
  });

  test.each<[string, (parts: { left: Network; right: Network; extra: Network }) => object, RegExp]>([
    [
      'an average into another part',
      ({ left, right }) => ({ parts: { left, right }, averages: { left: { into: right, decay: 0.9 } } }),
      /`averages.left.into` must have variables of its own; got one of right/,
    ],
    [
      'an average into what holds some of another part',
      ({ left, right, extra }) => ({
        parts: { left: sequential([left, left]), right: sequential([right, extra]) },
        averages: { left: { into: sequential([right]), decay: 0.9 } },
      }),
      /`averages.left.into` must have variables of its own; got one of right/,
    ],
    [
      'two averages into one part',
      ({ left, right, extra }) => ({
        parts: { left, right },
        averages: { left: { into: extra, decay: 0.9 }, right: { into: extra, decay: 0.9 } },
      }),
      /`averages.right.into` must have variables of its own; got one of another average/,
    ],
    [
      'an average of two layers into one that is there twice',
      ({ left, right, extra }) => ({
        parts: { part: sequential([left, right]) },
        averages: { part: { into: sequential([extra, extra]), decay: 0.9 } },
      }),
      /`averages.part.into` must be a second part of the same shape, with 4 variables of its own; got 2 variables/,
    ],
  ])('%s', async (_, options, message) => {
    const parts = { left: layer(1), right: layer(2), extra: layer(3) };
    const random = createRandom(1);
    const given = { name: 'pair', optimizer: adam(), random, loss: () => ({ loss: tf.scalar(0) }), ...options(parts) };
    await withoutLeak(() => expect(() => createTrainer(given as never)).toThrow(message));
  });

  test('an average of a part that no optimizer moves', () => {
    const [left, frozen, into] = [layer(1), layer(2), layer(3)];
    const game = { name: 'game', parts: { left, frozen }, optimizers: { left: adam() }, random: createRandom(1) };
    const rules = { play: () => ({}) };
    expect(() => createTrainer({ ...game, ...rules, averages: { frozen: { into, decay: 0.9 } } })).toThrow(
      /`averages.frozen` must belong to a part with an optimizer: left; got 'frozen'/,
    );
  });
});

test('an autoencoder whose decoder has the transposed weights of its encoder descends as by hand', async () => {
  const make = () => {
    const w = tf.tidy(() => tf.variable(tf.tensor2d([0.1, -0.2, 0.3, 0.4], [2, 2])));
    const [b, c] = [variableOf([0, 1]), variableOf([0.1, 0.2])];
    const encode = (data: Tensor): Tensor => tf.add(tf.matMul(data as tf.Tensor2D, w), b);
    const decode = (z: Tensor): Tensor => tf.add(tf.matMul(z as tf.Tensor2D, w, false, true), c);
    const dispose = (): void => undefined;
    const parts = { encoder: { variables: [w, b], dispose }, decoder: { variables: [w, c], dispose } };
    return { parts, variables: [w, b, c], loss: (data: Tensor) => squared(decode(encode(data)), data) };
  };
  const [tied, hand] = [make(), make()];
  const { parts, loss } = tied;
  const made = createTrainer({
    name: 'tied autoencoder',
    parts,
    optimizer: tf.train.sgd(0.1),
    random: createRandom(1),
    loss: ({ x: data }) => ({ loss: loss(data) }),
  });
  steps(made, 3);
  for (let i = 0; i < 3; i++) {
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => hand.loss(x) as tf.Scalar, hand.variables);
      for (const variable of hand.variables) variable.assign(tf.sub(variable, tf.mul(0.1, grads[variable.name]!)));
    });
  }
  await expectClose(await numbersOf(tied.variables), await numbersOf(hand.variables), { relative: 1e-6 });
});
