import * as tf from '@tensorflow/tfjs-core';
import { layers as layer, sequential, type layers } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { gaussian } from '../../src/distributions/index.js';
import { createDiscriminator } from '../../src/gan/index.js';
import { fromLayersModel } from '../../src/layers/index.js';
import { mlp, sequential as inOrder, type Network } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { createAdam, loadWeights, saveCheckpoint, saveWeights } from '../../src/training/index.js';
import { createDecoder, createGaussianEncoder, createVaeTrainer } from '../../src/vae/index.js';
import { read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

type Layer = layers.Layer;

inScope();

const sequence = { inputShape: [3, 2] };
/** tfjs's default needs chained operations, which tfjs-core alone does not have. */
const cell = { units: 2, recurrentInitializer: 'glorotUniform' } as const;
const modelOf = (...list: Layer[]) => sequential({ layers: list });
const reason = (name: string): string => `the layer "${name}", which draws from tfjs's random numbers`;

const drawing: readonly [string, (name: string) => Layer][] = [
  ['dropout', (name) => layer.dropout({ rate: 0.5, name, ...sequence })],
  ['spatialDropout1d', (name) => layer.spatialDropout1d({ rate: 0.5, name, ...sequence })],
  ['gaussianDropout', (name) => layer.gaussianDropout({ rate: 0.5, name, ...sequence })],
  ['alphaDropout', (name) => layer.alphaDropout({ rate: 0.5, name, ...sequence })],
  ['gaussianNoise', (name) => layer.gaussianNoise({ stddev: 0.5, name, ...sequence })],
  ['simpleRNN', (name) => layer.simpleRNN({ ...cell, dropout: 0.5, name, ...sequence })],
  ['gru', (name) => layer.gru({ ...cell, recurrentDropout: 0.5, name, ...sequence })],
  ['lstm', (name) => layer.lstm({ ...cell, dropout: 0.5, recurrentDropout: 0.5, name, ...sequence })],
  [
    'rnn of stacked cells',
    (name) =>
      layer.rnn({
        cell: layer.stackedRNNCells({
          cells: [layer.gruCell({ ...cell }), layer.lstmCell({ ...cell, dropout: 0.5 })],
        }),
        name,
        ...sequence,
      }),
  ],
];

describe.each(drawing)('a model with a layer %s', (_, make) => {
  test('says that it keeps a run from being resumed', () => {
    expect(fromLayersModel(modelOf(make('one'))).notResumable).toBe(reason('one'));
    const nested = modelOf(layer.reshape({ targetShape: [3, 2], inputShape: [6] }), modelOf(make('inner')));
    expect(fromLayersModel(nested).notResumable).toBe(reason('inner'));
  });

  test('really draws: two models with the same weights differ in training', async () => {
    const [first, second] = ['one', 'other'].map((name) => fromLayersModel(modelOf(make(name))));
    second!.variables.forEach((variable, i) => variable.assign(first!.variables[i]!));
    const x = createRandom(1).normal([16, 3, 2]);
    const outputs = [first!, second!].map((network) => network.apply(x, { training: true }));
    expect(await read(outputs[0]!)).not.toEqual(await read(outputs[1]!));
  });
});

const still: readonly [string, () => Layer][] = [
  ['dropout at a rate of 0', () => layer.dropout({ rate: 0, ...sequence })],
  ['dropout with a seed', () => layer.dropout({ rate: 0.5, seed: 3, ...sequence })],
  ['spatialDropout1d with a seed', () => layer.spatialDropout1d({ rate: 0.5, seed: 3, ...sequence })],
  ['gaussianDropout at a rate of 0', () => layer.gaussianDropout({ rate: 0, ...sequence })],
  ['alphaDropout at a rate of 0', () => layer.alphaDropout({ rate: 0, ...sequence })],
  ['gaussianNoise of deviation 0', () => layer.gaussianNoise({ stddev: 0, ...sequence })],
  ['lstm', () => layer.lstm({ ...cell, ...sequence })],
  [
    'bidirectional lstm',
    () => layer.bidirectional({ layer: layer.lstm({ ...cell }), mergeMode: 'concat', ...sequence }),
  ],
  ['batchNormalization', () => layer.batchNormalization(sequence)],
];

test.each(still)(
  'a model with a layer %s gives the same output at each pass, and a run with it can be resumed',
  async (_, make) => {
    const network = fromLayersModel(modelOf(make()));
    expect(network.notResumable).toBeUndefined();
    const x = createRandom(1).normal([16, 3, 2]);
    const [first, second] = [1, 2].map(() => network.apply(x, { training: true }));
    expect(await read(first!)).toEqual(await read(second!));
  },
);

test('finds layers within wrappers by their names', () => {
  const distributed = layer.timeDistributed({ layer: layer.dropout({ rate: 0.5, name: 'wrapped' }), ...sequence });
  expect(fromLayersModel(modelOf(distributed)).notResumable).toBe(reason('wrapped'));
  const lstm = layer.lstm({ ...cell, dropout: 0.5, name: 'both' });
  const bidirectional = layer.bidirectional({ layer: lstm, mergeMode: 'concat', ...sequence });
  expect(fromLayersModel(modelOf(bidirectional)).notResumable).toBe(reason('both'));
});

describe('parts made from such a model pass the reason on', () => {
  const dropping = (units: number, name: string): Network =>
    fromLayersModel(modelOf(layer.dropout({ rate: 0.5, name, inputShape: [4] }), layer.dense({ units })));

  test('networks, encoders, decoders and discriminators', () => {
    const expected = reason('drop');
    expect(inOrder([mlp({ sizes: [4, 4], random: createRandom(1) }), dropping(2, 'drop')]).notResumable).toBe(expected);
    expect(createGaussianEncoder(dropping(2, 'drop'), { latentSize: 1 }).notResumable).toBe(expected);
    expect(createDecoder(dropping(2, 'drop'), { likelihood: gaussian({ variance: 1 }) }).notResumable).toBe(expected);
    expect(createDiscriminator(dropping(1, 'drop')).notResumable).toBe(expected);
  });

  const trainerOf = (
    optimizer: Parameters<typeof createVaeTrainer>[0]['optimizer'],
    toLatents: Network,
    toData: Network,
  ) =>
    createVaeTrainer({
      encoder: createGaussianEncoder(toLatents, { latentSize: 2 }),
      decoder: createDecoder(toData, { likelihood: gaussian({ variance: 1 }) }),
      optimizer,
      random: createRandom(1),
    });
  const ours = (from: number, to: number): Network => mlp({ sizes: [from, to], random: createRandom(from) });

  test('a VAE is trained, its checkpoint is rejected by the name of the layer, its weights are saved', async () => {
    const [toLatents, toData] = [dropping(4, 'drop'), ours(2, 4)];
    const trainer = trainerOf(createAdam({ learningRate: 1e-3 }), toLatents, toData);
    tf.dispose(trainer.step(createRandom(2).normal([3, 4])));
    await expect(saveCheckpoint(trainer)).rejects.toThrow(
      'saveCheckpoint: `trainer` must be resumable exactly; got the layer "drop", which draws from ' +
        "tfjs's random numbers. Use createAdam and layers that draw from options.random, or save the parts with " +
        'saveWeights.',
    );
    const bytes = await saveWeights(toLatents);
    const other = dropping(4, 'other');
    await loadWeights(other, bytes);
    expect(await read(other.variables[0]!)).toEqual(await read(toLatents.variables[0]!));
    trainer.dispose();
  });

  test('the reasons of encoder, decoder and optimizer are reported together, if there are any', () => {
    const all = trainerOf(
      tf.train.adam(1e-3),
      dropping(4, 'one'),
      fromLayersModel(
        modelOf(layer.gaussianNoise({ stddev: 1, inputShape: [2], name: 'two' }), layer.dense({ units: 4 })),
      ),
    );
    expect(all.state.notResumable).toBe(`${reason('one')} and ${reason('two')} and tf.train's Adam optimizer`);
    const alone = trainerOf(tf.train.adam(1e-3), ours(4, 4), ours(2, 4));
    expect(alone.state.notResumable).toBe("tf.train's Adam optimizer");
    const none = trainerOf(createAdam({ learningRate: 1e-3 }), ours(4, 4), ours(2, 4));
    expect(none.state.notResumable).toBeUndefined();
    for (const trainer of [all, alone, none]) trainer.dispose();
  });
});
