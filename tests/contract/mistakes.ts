import * as tf from '@tensorflow/tfjs-core';
import * as g from '../../src/index.js';
import { memoryStore } from '../run/memory-store.js';
import * as r from '../../src/run/index.js';
import * as logs from '../../src/logs/index.js';
import * as checks from '../../src/testing/index.js';
import { loadModel, saveModel } from '../../src/model/index.js';

/** A call that is a mistake, and a part of the expected error message. */
export type Mistake = readonly [call: string, run: () => unknown, message: string];

/** Objects that the calls share. No mistake may change them. */
export function fixtures() {
  const random = g.createRandom(1);
  const network = g.mlp({ sizes: [4, 4], random });
  const encoder = g.createGaussianEncoder(g.mlp({ sizes: [4, 4], random }), { latentSize: 2 });
  const decoder = g.createDecoder(g.mlp({ sizes: [2, 4], random }), { likelihood: g.bernoulli });
  const generator = g.createGenerator(g.mlp({ sizes: [2, 4], random }), { latentSize: 2 });
  const discriminator = g.createDiscriminator(g.mlp({ sizes: [4, 1], random }));
  const schedule = g.cosineSchedule({ steps: 10 });
  const denoiser = g.createDenoiser(g.denoisingMlp({ size: 4, width: 8, random }), {
    schedule,
    predicts: g.predictVelocity,
  });
  const labelled = g.createDenoiser(g.denoisingMlp({ size: 4, width: 8, classes: 3, random }), {
    schedule,
    predicts: g.predictVelocity,
  });
  const adam = (): g.Optimizer => g.createAdam({ learningRate: 1e-3 });
  const vae = g.createVaeTrainer({ encoder, decoder, optimizer: adam(), random });
  const optimizers = { generator: adam(), discriminator: adam() };
  const gan = g.createGanTrainer({ generator, discriminator, loss: g.nonSaturatingLoss, optimizers, random });
  const diffusion = g.createDiffusionTrainer({ denoiser: labelled, optimizer: adam(), random });
  const x = random.uniform([3, 4]);
  const labels = tf.tensor1d([0, 1, 2], 'int32');
  const disposed = tf.zeros([3, 4]);
  disposed.dispose();
  const disposedParts = {
    vae: g.createVaeTrainer({ encoder, decoder, optimizer: adam(), random }),
    network: g.mlp({ sizes: [4, 4], random }),
  };
  disposedParts.vae.dispose();
  disposedParts.network.dispose();
  const disposedOptimizer = adam();
  disposedOptimizer.prepare(network.variables);
  disposedOptimizer.dispose();
  return { random, network, encoder, decoder, generator, discriminator, schedule, denoiser, labelled, adam, optimizers, vae, gan, diffusion, x, labels, disposed, disposedParts, disposedOptimizer }; // prettier-ignore
}

type Fixtures = ReturnType<typeof fixtures>;

/** A value with any type, as in plain JavaScript. */
const any = (value: unknown): never => value as never;
/** A stub of a layers model, so that this file does not need tfjs-layers. */
const layersModel = { apply: () => undefined, trainableWeights: [], dispose: () => undefined };
const host = (data: unknown, shape: readonly number[]): never => any({ data, shape });

const watched = { metric: 'elbo', goal: 'max', patience: 1 } as const;
const stop = (options: Partial<r.StopEarlyOptions> = {}): g.Observer => r.stopEarly({ ...watched, ...options });
const keep = (options: Partial<r.KeepOptions>): r.CheckpointKeeper =>
  r.keepCheckpoints({ store: memoryStore().store, ...options });
const accumulate = (options: r.AccumulationOptions): g.Optimizer =>
  r.accumulateGradients(g.createAdam({ learningRate: 1 }), options);

/** Mistakes of a user's first hour, grouped by part of the library. */
export const mistakes: Readonly<Record<string, (shared: Fixtures) => readonly Mistake[]>> = {
  networks: ({ random, x, disposedParts, network }) => [
    ['a size of 0', () => g.mlp({ sizes: [4, 0], random }), '`sizes[1]` must be a positive integer; got 0'],
    ['a size as text', () => g.mlp(any({ sizes: [4, '4'], random })), "`sizes[1]` must be a number; got '4'"],
    [
      "activation: 'relu'",
      () => g.mlp(any({ sizes: [4, 4], activation: 'relu', random })),
      "`activation` must be a function of a tensor; got 'relu'. Import one by name",
    ],
    [
      'no random',
      () => g.mlp(any({ sizes: [4, 4] })),
      '`random` must be a random stream; got undefined. Make one with createRandom(seed)',
    ],
    [
      'random: createRandom',
      () => g.mlp(any({ sizes: [4, 4], random: g.createRandom })),
      'got the function createRandom',
    ],
    [
      'dense on images',
      () => g.dense({ inputs: 4, units: 2, random }).apply(tf.zeros([1, 2, 2, 1])),
      'must have shape [?, 4]; got [1, 2, 2, 1]. Apply flatten() to images',
    ],
    ['dense on integers', () => network.apply(tf.zeros([1, 4], 'int32')), 'must be float32; got int32. Cast'],
    ['dense on an array', () => network.apply(any([[1, 2, 3, 4]])), '`input` must be a tensor'],
    [
      'conv2d on other channels',
      () => g.conv2d({ inputs: 3, filters: 1, kernelSize: 3, random }).apply(tf.zeros([1, 4, 4, 1])),
      'must have shape [?, ?, ?, 3]; got [1, 4, 4, 1]',
    ],
    ['sequential(a, b)', () => g.sequential(any(network)), '`networks` must be an array'],
    ['sequential([])', () => g.sequential([]), '`networks` must hold at least one network; got none'],
    [
      'sequential([relu])',
      () => g.sequential(any([g.relu])),
      '`networks[0]` must be a network, with apply, variables and dispose; got the function',
    ],
    [
      'embedding on a float',
      () => g.embedding({ classes: 3, size: 2, random }).apply(tf.zeros([2])),
      'must have shape [?, 3]; got [2]. Pass one number per class, or int32 labels',
    ],
    [
      'a conditional network without a condition',
      () =>
        g
          .withCondition(g.dense({ inputs: 6, units: 1, random }), g.embedding({ classes: 3, size: 2, random }))
          .apply(x),
      '`options.condition` must be a tensor; got undefined. Pass { condition: labels }',
    ],
    [
      'a U-Net without timesteps',
      () => g.unet({ channels: 1, widths: [8], random }).apply(tf.zeros([1, 4, 4, 1])),
      '`options.timesteps` must be a tensor; got undefined',
    ],
    [
      'a U-Net on 27 pixels',
      () =>
        g
          .unet({ channels: 1, widths: [8, 8], random })
          .apply(tf.zeros([1, 27, 27, 1]), { timesteps: tf.tensor1d([0], 'int32') }),
      'divisible by 2, as there are 2 widths: 26 and 28 would do',
    ],
    [
      'DCGAN at 30 pixels',
      () => g.dcganGenerator({ latentSize: 2, shape: [30, 30, 1], random }),
      'got [30, 30, 1]. A square of 28 or 32 would do',
    ],
    [
      'a discriminator at 100 pixels',
      () => g.dcganDiscriminator({ shape: [100, 100, 3], random }),
      'A square of 96 or 112 would do',
    ],
    [
      'a network after dispose',
      () => disposedParts.network.apply(x),
      '`network` must not be disposed; got one that was',
    ],
    [
      'an input after dispose',
      () => {
        const y = tf.zeros([1, 4]);
        y.dispose();
        network.apply(y);
      },
      'got a disposed tensor of shape [1, 4]',
    ],
  ],

  random: ({ random }) => [
    ['createRandom()', () => g.createRandom(any(undefined)), '`seed` must be a number; got undefined'],
    ['createRandom(1.5)', () => g.createRandom(1.5), '`seed` must be an integer of at least 0; got 1.5'],
    ["createRandom('1')", () => g.createRandom(any('1')), "`seed` must be a number; got '1'"],
    ['normal(3)', () => random.normal(any(3)), '`shape` must be an array; got 3. Write [n]'],
    ['normal([2.5])', () => random.normal([2.5]), '`shape[0]` must be'],
    ['uniform with low above high', () => random.uniform([2], 1, 0), '`high` must be above low = 1'],
    ['fork(1)', () => random.fork(any(1)), '`name` must be a string; got 1'],
    ['restore({})', () => random.restore(any({})), '`state.algorithm`'],
  ],

  'the parts of a VAE': ({ network, encoder, decoder, x, labels, disposedParts }) => [
    [
      'an encoder of a layers model',
      () => g.createGaussianEncoder(any(layersModel), { latentSize: 2 }),
      "got { apply, trainableWeights, dispose }. Wrap it: fromLayersModel(model) from 'tfjs-generative/layers'",
    ],
    [
      'an encoder of half the outputs',
      () => g.createGaussianEncoder(network, { latentSize: 4 }).encode(x),
      '`network output` must have shape [3, 8]; got [3, 4]. The network must output all means',
    ],
    [
      'an encoder on one example',
      () => encoder.encode(tf.zeros([4])),
      '`x` must have shape [?, 4]; got [4]. The first axis is the batch',
    ],
    [
      "likelihood: 'bernoulli'",
      () => g.createDecoder(network, any({ likelihood: 'bernoulli' })),
      "`likelihood` must be a record with logProb, mean, sample; got 'bernoulli'. Import one and hand it over: bernoulli,",
    ],
    [
      'likelihood: gaussian',
      () => g.createDecoder(network, any({ likelihood: g.gaussian })),
      'got the function gaussian. Call it: gaussian(...)',
    ],
    ['a decoder on z of [2]', () => decoder.decode(tf.zeros([2])), '`z` must have shape [?, 2]; got [2]'],
    [
      'labels for samples of a decoder that ignores them',
      () => g.createPriorSampler(decoder, { latentSize: 2 }).draw(3, g.createRandom(1), { condition: labels }),
      'draw: `options.condition` must be left out, as no network reads it; got a int32 tensor',
    ],
    [
      'elbo of integers',
      () =>
        g.elbo({
          x: tf.zeros([1, 2], 'int32'),
          parameters: tf.zeros([1, 2]),
          likelihood: g.bernoulli,
          posterior: { mean: tf.zeros([1, 1]), logVariance: tf.zeros([1, 1]) },
        }),
      '`x` must be float32; got int32',
    ],
    ['a KL of two tensors', () => g.gaussianKl(any(x), any(x)), '`posterior.mean` must be a tensor'],
    ['reparameterize(mean, logVariance)', () => g.reparameterize(any(x), x), '`gaussian.mean` must be a tensor'],
    [
      'interpolate without a path',
      () => g.interpolate(tf.zeros([2]), tf.ones([2]), any({ steps: 3 })),
      '`path` must be a function; got undefined',
    ],
    [
      "path: 'linear'",
      () => g.interpolate(tf.zeros([2]), tf.ones([2]), any({ steps: 3, path: 'linear' })),
      "`path` must be a function; got 'linear'",
    ],
    [
      'imageGrid of flat images',
      () => g.imageGrid(tf.zeros([2, 784]), { columns: 2 }),
      'must have shape [?, ?, ?, ?]; got [2, 784]',
    ],
    [
      'a part of a disposed network',
      () => g.createGaussianEncoder(disposedParts.network, { latentSize: 2 }).encode(x),
      '`network` must not be disposed',
    ],
  ],

  'the trainer of a VAE': ({
    random,
    encoder,
    decoder,
    adam,
    vae,
    x,
    labels,
    disposedParts,
    disposedOptimizer,
    disposed,
  }) => [
    [
      "optimizer: 'adam'",
      () => g.createVaeTrainer(any({ encoder, decoder, optimizer: 'adam', random })),
      "`optimizer` must be an optimizer; got 'adam'. Make one with createAdam",
    ],
    [
      'optimizer: createAdam',
      () => g.createVaeTrainer(any({ encoder, decoder, optimizer: g.createAdam, random })),
      'got the function createAdam',
    ],
    [
      'objective: elboObjective',
      () => g.createVaeTrainer(any({ encoder, decoder, optimizer: adam(), random, objective: g.elboObjective })),
      '`objective` must be a record with evaluate; got the function elboObjective. Call it',
    ],
    [
      'an average of the same part',
      () =>
        g.createVaeTrainer({
          encoder,
          decoder,
          optimizer: adam(),
          random,
          average: { into: { encoder, decoder }, decay: 0.9 },
        }),
      'got the part itself',
    ],
    [
      'a used optimizer after dispose',
      () => g.createVaeTrainer({ encoder, decoder, optimizer: disposedOptimizer, random }),
      '`optimizer` must not be disposed',
    ],
    ['step()', () => vae.step(any(undefined)), '`batch` must be a tensor or { x, condition }; got undefined'],
    ['step(array)', () => vae.step(any([[1, 2, 3, 4]])), '`batch` must be a tensor or { x, condition }'],
    [
      'step({ xs, ys })',
      () => vae.step(any({ xs: x, ys: labels })),
      'step: `batch` must be a tensor or { x, condition }; got { xs, ys }. Write { x: batch.xs, condition: batch.ys }.',
    ],
    [
      'step({ x, labels })',
      () => vae.step(any({ x, labels })),
      'got { x, labels }. Write { x: batch.x, condition: batch.labels }.',
    ],
    ['step(host data)', () => vae.step(any({ data: new Float32Array(4), shape: [1, 4] })), 'got { data, shape }.'],
    [
      'labels for a VAE that ignores them',
      () => vae.step({ x, condition: labels }),
      'must be left out, as no network reads it',
    ],
    [
      'float labels',
      () => vae.step({ x, condition: tf.zeros([3]) }),
      '`batch.condition` must have shape [3, ?]; got [3]. Labels are int32 [batch]',
    ],
    [
      'fewer labels than examples',
      () => vae.step({ x, condition: tf.zeros([2], 'int32') }),
      '`batch.condition` must have shape [3]; got [2]',
    ],
    ['an empty batch', () => vae.step(tf.zeros([0, 4])), '`batch` must hold at least one example; got [0, 4]'],
    ['one example without a batch axis', () => vae.step(tf.zeros([4])), '`batch` must have shape [?, 4]; got [4]'],
    [
      'bytes as int32',
      () => vae.step(tf.zeros([3, 4], 'int32')),
      'must be float32; got int32. Cast with tf.cast; divide bytes by 255',
    ],
    ['a disposed batch', () => vae.step(disposed), 'got a disposed tensor of shape [3, 4]'],
    ['other data than the network takes', () => vae.step(tf.zeros([3, 5])), 'must have shape [?, 4]; got [3, 5]'],
    ['a step after dispose', () => disposedParts.vae.step(x), '`trainer` must not be disposed; got one that was'],
    ['an evaluation after dispose', () => disposedParts.vae.evaluate(x), '`trainer` must not be disposed'],
    ['a checkpoint after dispose', () => g.saveCheckpoint(disposedParts.vae), '`trainer` must not be disposed'],
    ['training after dispose', () => g.fit(disposedParts.vae, [x], { epochs: 1 }), '`trainer` must not be disposed'],
  ],

  optimizers: ({ network, disposedOptimizer }) => [
    [
      'apply after dispose',
      () =>
        disposedOptimizer.apply(
          network.variables.map((v) => tf.zerosLike(v)),
          network.variables,
        ),
      '`optimizer` must not be disposed',
    ],
    [
      'gradients for fewer variables',
      () => g.createAdam({ learningRate: 1 }).apply([], network.variables),
      '`gradients` must be one tensor for each of the 2 variables; got []',
    ],
    [
      'clipByGlobalNorm(gradient)',
      () => g.clipByGlobalNorm(any(tf.zeros([2])), 1),
      '`gradients` must be an array of at least one tensor; got a float32 tensor of shape [2]',
    ],
    [
      'a loss that is async',
      () =>
        g.valueAndGradients(
          any(async () => tf.scalar(1)),
          network.variables,
        ),
      '`loss` must be a tensor, not disposed; got an instance of Promise. The function must not be async',
    ],
    [
      'a loss per example',
      () => g.valueAndGradients(() => network.variables[1]!, network.variables),
      '`loss` must have shape []; got [4]. Take its mean',
    ],
  ],

  data: ({ x, vae, diffusion }) => [
    [
      'batches(list)',
      () =>
        g.batches(
          any([
            [1, 2],
            [3, 4],
          ]),
          { batchSize: 2 },
        ),
      '`data` must be a tensor or { data, shape }',
    ],
    [
      'batches(typed array)',
      () => g.batches(any(new Float32Array(4)), { batchSize: 2 }),
      'got Float32Array of length 4. Give numbers with their shape',
    ],
    [
      'a plain list as data',
      () => g.batches(host([1, 2], [2, 1]), { batchSize: 2 }),
      '`data.data` must be a Float32Array, Uint8Array, Uint16Array or Int32Array; got [1, 2]. Convert it',
    ],
    [
      'a shape that does not fit',
      () => g.batches(host(new Float32Array(5), [2, 2]), { batchSize: 2 }),
      '`data.data` must hold the 4 numbers of the shape [2, 2]; got 5',
    ],
    ['data without a shape', () => g.batches(any({ data: new Float32Array(4) }), { batchSize: 2 }), '`data`'],
    [
      '{ x, labels }',
      () => g.batches(any({ x, labels: new Int32Array(3) }), { batchSize: 2 }),
      'batches: `data` must be a tensor or { x, condition }; got { x, labels }. Write { x: data.x, condition: data.labels }.',
    ],
    [
      '{ images, labels }',
      () => g.batches(any({ images: x, labels: x }), { batchSize: 2 }),
      'got { images, labels }. Write { x: data.images, condition: data.labels }.',
    ],
    [
      '{ y, condition }',
      () => g.batches(any({ y: x, condition: x }), { batchSize: 2 }),
      'must be a tensor or { x, condition }; got { y, condition }.',
    ],
    [
      'NaN in data',
      () => g.batches(host(Float32Array.of(1, NaN), [2, 1]), { batchSize: 2 }),
      'must be finite; got NaN at index 1',
    ],
    [
      'float labels [n]',
      () => g.batches({ x, condition: host(new Float32Array(3), [3]) }, { batchSize: 2 }),
      '`data.condition.shape` must have shape [?, ?]; got [3]. Labels are integers [n]',
    ],
    [
      'float labels [n] on the device',
      () => g.batches({ x, condition: tf.zeros([3]) }, { batchSize: 2 }),
      '`data.condition` must have shape [?, ?]; got [3]',
    ],
    [
      'a label of -2',
      () => g.batches({ x, condition: host(Int32Array.of(0, -2, 1), [3]) }, { batchSize: 2 }),
      'must hold labels from 0 on, or -1 for none; got -2 at index 1',
    ],
    [
      'labels of another length',
      () => g.batches({ x, condition: host(new Int32Array(2), [2]) }, { batchSize: 2 }),
      '`data.condition` must have one entry for each of the 3 examples; got 2',
    ],
    ['an empty data set', () => g.batches(tf.zeros([0, 4]), { batchSize: 2 }), '`data` must hold at least one example'],
    [
      'a batch larger than the data, with dropLast',
      () => g.batches(x, { batchSize: 4, dropLast: true }),
      '`batchSize` must not be above the 3 examples',
    ],
    [
      'bytes that were made floats',
      () => g.fit(vae, g.batches(host(Float32Array.of(0, 255, 3, 4), [1, 4]), { batchSize: 1 }), { epochs: 1 }),
      '`data` must lie between 0 and 1, the range of the likelihood; got numbers from 0 to 255. Divide bytes by 255',
    ],
    [
      'validation data out of range',
      () =>
        g.fit(vae, [x], {
          epochs: 1,
          validation: g.batches(host(Float32Array.of(0, -1, 0, 0), [1, 4]), { batchSize: 1 }),
        }),
      '`validation` must lie between 0 and 1',
    ],
    [
      'a label beyond the classes',
      () =>
        g.fit(diffusion, g.batches({ x, condition: host(Int32Array.of(0, 3, 1), [3]) }, { batchSize: 3 }), {
          epochs: 1,
        }),
      '`data.condition` must hold labels below 3, the classes of the networks; got 3',
    ],
    [
      'a transform that is async',
      async () => {
        for await (const batch of g.batches(x, { batchSize: 1, transform: any(async (b: tf.Tensor) => b) }))
          vae.step(batch);
      },
      'must be a tensor',
    ],
  ],

  'long runs': ({ vae, x, network }) => [
    [
      'an observer that is not in a list',
      () => g.fit(vae, [x], { epochs: 1, observers: any(stop()) }),
      'fit: `observers` must be an array of different observers',
    ],
    [
      'an observer that is a name',
      () => g.fit(vae, [x], { epochs: 1, observers: any(['stop']) }),
      "fit: `observers[0]` must be an array of different observers, which have functions named begin, look, read, update, report, epoch, afterEpoch, end; got 'stop'",
    ],
    [
      'an observer that was not called',
      () => g.fit(vae, [x], { epochs: 1, observers: [any(r.stopEarly)] }),
      'fit: `observers[0]` must be an array of different observers',
    ],
    [
      'an observer twice',
      () => {
        const one = stop();
        return g.fit(vae, [x], { epochs: 1, observers: [one, one] });
      },
      'fit: `observers[1]` must be an array of different observers',
    ],
    [
      'a metric of validation data without any',
      () => g.fit(vae, [x], { epochs: 1, observers: [stop({ metric: 'val_elbo' })] }),
      'fit: `validation` must be given for the metric val_elbo; got undefined. Use a metric of the updates, or give data.',
    ],
    [
      'stopOn of a kind',
      () => r.stopOn(any('mode collapse')),
      "stopOn: `isReason` must be a function; got 'mode collapse'",
    ],
    ['none of the last', () => keep({ last: 0 }), '`last` must be a positive integer; got 0'],
    ['best without a goal', () => keep({ best: any({ metric: 'elbo' }) }), "`best.goal` must be 'min' or 'max'"],
    ['a run with a slash', () => keep({ run: 'a/b' }), '`run` must be at most 100 letters, digits'],
    ["load('first')", () => keep({}).load(any('first')), "`which` must be 'latest' or 'best'; got 'first'"],
    [
      'accumulateGradients(4)',
      () => r.accumulateGradients(any(4), { batches: 4 }),
      '`optimizer` must be an optimizer; got 4',
    ],
    [
      'no gradients to accumulate',
      () => accumulate({ batches: 2 }).apply([], network.variables),
      '`gradients` must be one tensor for each of the 2 variables; got []',
    ],
  ],

  training: ({ vae, x }) => [
    ['fit(trainer, tensor)', () => g.fit(vae, any(x), { epochs: 1 }), '`data` must be an array, an iterable'],
    ['fit without data', () => g.fit(vae, any(undefined), { epochs: 1 }), '`data` must be an array'],
    [
      'callbacks: a function',
      () => g.fit(vae, [x], any({ epochs: 1, callbacks: () => 0 })),
      '`callbacks[0]` must be an object with the keys onTrainBegin, onTrainEnd, onReport, onEpochEnd, onBatchEnd; got the function',
    ],
    [
      'callbacks: { onEpoch }',
      () => g.fit(vae, [x], any({ epochs: 1, callbacks: { onEpoch: () => 0 } })),
      "got the key 'onEpoch'",
    ],
    [
      'a network for a trainer',
      () => g.fit(any({ apply: () => x }), [x], { epochs: 1 }),
      '`trainer.step` must be a function; got undefined',
    ],
    ['no trainer', () => g.fit(any(undefined), [x], { epochs: 1 }), '`trainer'],
    [
      'a generator for epochs',
      () =>
        g.fit(
          vae,
          (async function* () {
            yield x;
          })(),
          { epochs: 1 },
        ),
      'must be a source that can be read again; got a generator',
    ],
    ['data that end', () => g.fit(vae, [], { epochs: 1 }), '`data` must give batches for 1 epochs; got 0 updates'],
    [
      'loadCheckpoint of text',
      () => g.loadCheckpoint(vae, any('file.safetensors')),
      "`bytes` must be a Uint8Array; got 'file.safetensors'",
    ],
    [
      'loadCheckpoint of another file',
      () => g.loadCheckpoint(vae, new Uint8Array(4)),
      '`bytes` must hold the header that its first 8 bytes announce',
    ],
    [
      'a checkpoint with a place in the data, and no data',
      async () => g.loadCheckpoint(vae, await g.saveCheckpoint(vae, { data: g.batches(x, { batchSize: 2 }) })),
      '`data` must be given, because the file has its position; got none. Pass { data }',
    ],
    [
      'a checkpoint without a place in the data, and data',
      async () => g.loadCheckpoint(vae, await g.saveCheckpoint(vae), { data: g.batches(x, { batchSize: 2 }) }),
      '`bytes` must have the position of { data }; got a file saved without { data }',
    ],
    [
      'another batch size',
      async () => {
        const [saved, now] = [2, 1].map((batchSize) => g.batches(x, { batchSize }));
        await g.loadCheckpoint(vae, await g.saveCheckpoint(vae, { data: saved }), { data: now });
      },
      "got data.batchSize 1 where the file has 2. Use the same settings, or load with { waive: ['data.batchSize'] }.",
    ],
    [
      'waive: a name',
      async () => g.loadCheckpoint(vae, await g.saveCheckpoint(vae), any({ waive: 'optimizer' })),
      "`waive` must be an array of names; got 'optimizer'",
    ],
    [
      'metadata: { a: NaN }',
      () => g.saveCheckpoint(vae, { metadata: { a: NaN } }),
      '`metadata.a` must be a value that JSON can',
    ],
    ['saveWeights of nothing', () => g.saveWeights(any(undefined)), '`part` must be a network or a part'],
    ['readMetrics of nothing', () => g.readMetrics(any(undefined)), '`metrics` must be'],
  ],

  GANs: ({ random, network, generator, discriminator, optimizers, adam, gan, x, labels }) => [
    [
      "loss: 'hinge'",
      () => g.createGanTrainer(any({ generator, discriminator, loss: 'hinge', optimizers, random })),
      "`loss` must be a record with discriminator, generator; got 'hinge'. Import one and hand it over: nonSaturatingLoss, hingeLoss",
    ],
    [
      'loss: smoothedLoss',
      () => g.createGanTrainer(any({ generator, discriminator, loss: g.smoothedLoss, optimizers, random })),
      'got the function smoothedLoss. Call it: smoothedLoss(...)',
    ],
    [
      'one optimizer for both',
      () => {
        const one = adam();
        return g.createGanTrainer({
          generator,
          discriminator,
          loss: g.hingeLoss,
          optimizers: { generator: one, discriminator: one },
          random,
        });
      },
      '`optimizers.discriminator` must be an optimizer of its own; got that of generator',
    ],
    [
      "prior: 'normal'",
      () => g.createGenerator(network, any({ latentSize: 4, prior: 'normal' })),
      "`prior` must be a record with sample; got 'normal'. Import one and hand it over: gaussianPrior, uniformPrior",
    ],
    ['generate(z) of [2]', () => generator.generate(tf.zeros([2])), '`z` must have shape [?, 2]; got [2]'],
    [
      'sample without a stream',
      () => generator.sample(3, any(undefined)),
      '`random` must be a random stream; got undefined',
    ],
    ['sample(random, n)', () => generator.sample(any(random), any(3)), '`n` must be a number'],
    [
      'labels for a generator that ignores them',
      () => generator.sample(3, random, { condition: labels }),
      'must be left out, as no network reads it',
    ],
    [
      'two logits',
      () => g.createDiscriminator(network).logits(x),
      '`network output` must have shape [3, 1]; got [3, 4]. End the network with a layer of one unit',
    ],
    [
      'labels for a GAN that ignores them',
      () => gan.step({ x, condition: labels }),
      'must be left out, as no network reads it',
    ],
    [
      'an async penalty',
      () =>
        g
          .createGanTrainer({
            generator,
            discriminator,
            loss: g.hingeLoss,
            optimizers: { generator: adam(), discriminator: adam() },
            random,
            penalty: any(async () => tf.scalar(0)),
          })
          .step(x),
      '`penalty(...)` must be a tensor, not disposed; got an instance of Promise. The function must not be async',
    ],
    [
      'a penalty per example',
      () =>
        g
          .createGanTrainer({
            generator,
            discriminator,
            loss: g.hingeLoss,
            optimizers: { generator: adam(), discriminator: adam() },
            random,
            penalty: () => tf.zeros([3]),
          })
          .step(x),
      '`penalty(...)` must have shape []; got [3]. Take its mean',
    ],
    [
      'data of another shape than the fakes',
      () =>
        g
          .createGanTrainer({
            generator: g.createGenerator(g.mlp({ sizes: [2, 5], random }), { latentSize: 2 }),
            discriminator,
            loss: g.hingeLoss,
            optimizers: { generator: adam(), discriminator: adam() },
            random,
          })
          .step(x),
      '`generator output` must have shape [3, 4]; got [3, 5]',
    ],
    [
      'r1Penalty of a network',
      () => g.r1Penalty(any(network), x),
      '`discriminator.logits` must be a function; got undefined',
    ],
    [
      'a loss of probabilities [n]',
      () => g.hingeLoss.discriminator(tf.zeros([3]), tf.zeros([3])),
      'must have shape [?, 1]; got [3]. Take them from discriminator.logits(x)',
    ],
    ['augmentations([a, b])', () => g.augmentations(any([])), '`list[0]` must be a function; got []'],
  ],

  diffusion: ({ random, network, schedule, denoiser, labelled, adam, diffusion, x, labels }) => [
    [
      'schedule: cosineSchedule',
      () => g.createDenoiser(network, any({ schedule: g.cosineSchedule, predicts: g.predictNoise })),
      '`schedule` must be a noise schedule; got the function cosineSchedule. Make one with cosineSchedule({ steps })',
    ],
    [
      "predicts: 'noise'",
      () => g.createDenoiser(network, any({ schedule, predicts: 'noise' })),
      "`predicts` must be a record with mix; got 'noise'. Import one and hand it over: predictVelocity",
    ],
    [
      'noise where none is left',
      () => g.createDenoiser(network, { schedule: g.flowSchedule({ steps: 4 }), predicts: g.predictNoise }),
      '`predicts` must separate data from noise at each timestep',
    ],
    ['timesteps as floats', () => denoiser.predict(x, tf.zeros([3])), 'must be int32; got float32'],
    ['one timestep for all', () => denoiser.predict(x, any(3)), '`timesteps` must be a tensor, not disposed; got 3'],
    [
      'labels for samples of a denoiser that ignores them',
      () => g.sampleDdim(denoiser, { shape: [3, 4], steps: 2, random, condition: labels }),
      'sampleDdim: `condition` must be left out, as no network reads it; got a int32 tensor',
    ],
    [
      'guidance without a condition',
      () => g.sampleDdim(labelled, { shape: [1, 4], random, guidance: 2 }),
      '`guidance` needs `condition` or `guide`; got neither',
    ],
    [
      'a condition of another batch',
      () => g.sampleDdim(labelled, { shape: [2, 4], random, condition: labels }),
      '`condition` must have shape [2]; got [3]',
    ],
    [
      'more steps than the schedule has',
      () => g.sampleDdim(denoiser, { shape: [1, 4], random, steps: 11 }),
      '`steps` must be finite and at most 10; got 11',
    ],
    [
      'guidance of a denoiser without a condition',
      () => g.withGuidance(labelled, { guidance: 2 }).estimate(x, tf.zeros([3], 'int32')),
      '`guidance` needs `condition` or `guide`; got neither',
    ],
    [
      'an estimate that is one tensor',
      () => g.sampleDdim({ ...denoiser, estimate: any((xt: tf.Tensor) => tf.clone(xt)) }, { shape: [1, 4], random }),
      '`denoiser.estimate(...).sample` must be a tensor, not disposed; got undefined',
    ],
    [
      'a network for a sampler',
      () => g.sampleDdim(any(network), { shape: [1, 4], random }),
      '`denoiser.predict` must be a function',
    ],
    [
      'addNoise with a number for a time',
      () => g.addNoise(x, x, any(3), schedule),
      '`timesteps` must be a tensor, not disposed; got 3',
    ],
    [
      'a bound of data without a batch',
      () => g.variationalBound(denoiser, tf.zeros([4]), { random }),
      'must have shape [?, 4]; got [4]',
    ],
    [
      'dropped labels that are not there',
      () => g.createDiffusionTrainer({ denoiser: labelled, optimizer: adam(), random, dropCondition: 0.1 }).step(x),
      '`batch.condition` must be a tensor; got undefined. Give batches { x, condition }',
    ],
    [
      'a batch of a disposed trainer',
      () => {
        const trainer = g.createDiffusionTrainer({ denoiser, optimizer: adam(), random });
        trainer.dispose();
        trainer.step(x);
      },
      '`trainer` must not be disposed',
    ],
    [
      '{ labels } for a trainer',
      () => diffusion.step(any({ x, labels })),
      'got { x, labels }. Write { x: batch.x, condition: batch.labels }.',
    ],
  ],

  'a trainer of one’s own': ({ random, network, adam, x }) => [
    ['createTrainer()', () => g.createTrainer(any(undefined)), '`options` must be an object with the keys name, parts'],
    [
      'parts: an array',
      () => g.createTrainer(any({ name: 'a', parts: [], optimizer: adam(), random, loss: () => ({ loss: x }) })),
      '`parts` must be a record of at least one part',
    ],
    [
      'a part that is none',
      () => g.createTrainer(any({ name: 'a', parts: { a: 1 }, optimizer: adam(), random, loss: () => ({ loss: x }) })),
      '`parts.a.variables` must be an array of at least one variable',
    ],
    [
      'a part that is missing',
      () =>
        g.createTrainer(
          any({ name: 'a', parts: { a: undefined }, optimizer: adam(), random, loss: () => ({ loss: x }) }),
        ),
      '`parts.a',
    ],
    [
      'no loss',
      () => g.createTrainer(any({ name: 'a', parts: { network }, optimizer: adam(), random })),
      '`loss` must be a function; got undefined',
    ],
    [
      'an async loss',
      () =>
        g
          .createTrainer({
            name: 'a',
            parts: { network },
            optimizer: adam(),
            random,
            loss: any(async () => ({ loss: x })),
          })
          .step(x),
      '`loss`',
    ],
    [
      'a loss that is a tensor',
      () =>
        g
          .createTrainer({ name: 'a', parts: { network }, optimizer: adam(), random, loss: any(() => tf.scalar(1)) })
          .step(x),
      '`loss`',
    ],
    [
      '{ metrics }',
      () =>
        g.createTrainer(
          any({ name: 'a', parts: { network }, optimizer: adam(), random, loss: () => ({ loss: x }), metrics: [] }),
        ),
      "got the key 'metrics'",
    ],
  ],
  files: ({ network, decoder, vae }) => [
    [
      'saveModel()',
      () => saveModel(any(undefined)),
      '`model` must be a network, a part, or several by name; got undefined',
    ],
    ['saveModel(trainer)', () => saveModel(any(vae)), 'must be a network or a part; got'],
    ['saveModel of a spread part', () => saveModel({ ...decoder }), 'must be made only by functions of this library'],
    [
      'saveModel with an activation by name of tfjs',
      () => saveModel(g.mlp({ sizes: [2, 2, 2], activation: tf.relu, random: g.createRandom(1) })),
      '`model` must have its activation from this library; got',
    ],
    ['loadModel of weights', async () => loadModel(await g.saveWeights(network)), 'must be a file of saveModel'],
    ['loadModel of an address', () => loadModel(any('model.safetensors')), '`bytes` must be a Uint8Array'],
    [
      'loadModel as another part',
      async () => loadModel(await saveModel(network), { as: 'decoder' }),
      'must contain one part of the kind decoder, as `as` says; got network.',
    ],
  ],

  'logs and workers': ({ vae, x }) => [
    [
      'an optimizer that is not watched',
      () => logs.createLog({ writers: [() => 0], optimizers: { optimizer: any(g.createAdam({ learningRate: 1 })) } }),
      '`optimizers.optimizer` must be a result of watchOptimizer',
    ],
    [
      'a log of metrics',
      () => logs.createLog({ writers: [() => 0] }).add(any({ loss: 1 })),
      '`report` must be a report of train; got { loss }',
    ],
    ['a path for a file', () => logs.csvWriter(any('log.csv')), '`file.read` must be a function; got undefined'],
    ['a path for events', () => logs.tensorBoardWriter(any('out')), '`file.read` must be a function; got undefined'],
    [
      'a host with a slash',
      () => logs.eventFileName('a/b'),
      "`host` must be letters, digits, points, _ and -; got 'a/b'",
    ],
    ['a trainer that is watched', () => logs.watchOptimizer(any(vae)), '`optimizer` must be an optimizer'],
    [
      'serveRun()',
      () => r.serveRun(any(undefined), any(undefined)),
      '`port.postMessage` must be a function; got undefined',
    ],
    [
      'a run for the function that makes it',
      () => r.serveRun(new MessageChannel().port1, any({})),
      '`make` must be a function; got {}',
    ],
    [
      'the address of a worker',
      () => r.connectRun(any('worker.js')),
      '`port.postMessage` must be a function; got undefined',
    ],
    [
      'functions among settings',
      () => r.connectRun(new MessageChannel().port1, { settings: { onReport: () => x } }),
      '`settings` must be plain data; got ',
    ],
    [
      '{ epochs } for connectRun',
      () => r.connectRun(new MessageChannel().port1, any({ epochs: 1 })),
      "got the key 'epochs'",
    ],
  ],

  'what a user’s own functions give': ({
    random,
    network,
    encoder,
    decoder,
    generator,
    discriminator,
    schedule,
    denoiser,
    adam,
    x,
  }) => {
    const optimizers = () => ({ generator: adam(), discriminator: adam() });
    const gan = (own: object) => g.createGanTrainer(any({ generator, discriminator, loss: g.hingeLoss, optimizers: optimizers(), random, ...own })); // prettier-ignore
    const lossOf = (own: object) => gan({ loss: { ...g.hingeLoss, ...own } });
    const vae = (own: object) => g.createVaeTrainer(any({ encoder, decoder, optimizer: adam(), random, ...own }));
    const one = (own: object) => g.createTrainer(any({ name: 'a', parts: { network }, optimizer: adam(), random, loss: () => ({ loss: tf.mean(network.apply(x)) }), ...own })); // prettier-ignore
    const game = (play: unknown, own: object = {}) =>
      g.createTrainer(any({ name: 'a', parts: { network }, optimizers: { network: adam() }, random, play, ...own })); // prettier-ignore
    const giving = (value: unknown): never => any({ ...network, apply: () => value });
    const decoding = (own: object) => g.createDecoder(g.mlp({ sizes: [2, 4], random }), { likelihood: any({ ...g.bernoulli, ...own }) }); // prettier-ignore
    const images = tf.zeros([2, 4, 4, 1]);
    return [
      [
        'a discriminator’s loss of nothing',
        () => lossOf({ discriminator: () => undefined }).step(x),
        '`loss.discriminator(...)` must be a tensor, not disposed; got undefined',
      ],
      [
        'the same with a penalty',
        () => gan({ penalty: () => tf.scalar(0), loss: { ...g.hingeLoss, discriminator: () => undefined } }).step(x),
        '`loss.discriminator(...)` must be a tensor',
      ],
      [
        'a discriminator’s loss in a record',
        () => lossOf({ discriminator: () => ({ loss: tf.scalar(1) }) }).step(x),
        'must be a tensor, not disposed; got { loss }. Give one of its tensors.',
      ],
      [
        'the same in an evaluation',
        () => lossOf({ discriminator: () => ({ loss: tf.scalar(1) }) }).evaluate(x),
        'got { loss }. Give one of its tensors.',
      ],
      [
        'a discriminator’s loss per example',
        () => lossOf({ discriminator: (real: tf.Tensor) => real }).step(x),
        '`loss.discriminator(...)` must have shape []; got [3, 1]. Take its mean',
      ],
      [
        'a generator’s loss of nothing',
        () => lossOf({ generator: () => undefined }).step(x),
        '`loss.generator(...)` must be a tensor, not disposed; got undefined',
      ],
      [
        'a generator’s loss in a record',
        () => lossOf({ generator: () => ({ loss: tf.scalar(1) }) }).step(x),
        '`loss.generator(...)` must be a tensor, not disposed; got { loss }',
      ],
      [
        'a generator’s loss that is async',
        () => lossOf({ generator: async () => tf.scalar(1) }).evaluate(x),
        'must not be async',
      ],
      [
        'a generator’s loss of a constant',
        () => lossOf({ generator: () => tf.scalar(1) }).step(x),
        '`loss` must depend on',
      ],
      [
        'an augmentation of nothing',
        () => gan({ augment: () => undefined }).step(x),
        'step: `augment(...)` must be a tensor, not disposed; got undefined',
      ],
      [
        'the same in a chain',
        () => g.augmentations(any(() => undefined))(images, random, 0),
        '`list[0](...)` must be a tensor, not disposed; got undefined',
      ],
      [
        'a penalty in a record',
        () => gan({ penalty: () => ({ loss: tf.scalar(1) }) }).step(x),
        '`penalty(...)` must be a tensor, not disposed; got { loss }',
      ],
      [
        'a loss in a record for valueAndGradients',
        () =>
          g.valueAndGradients(
            any(() => ({ loss: tf.mean(network.apply(x)) })),
            network.variables,
          ),
        '`loss` must be a tensor, not disposed; got { loss }. Give one of its tensors.',
      ],
      [
        'a loss of nothing for valueAndGradients',
        () =>
          g.valueAndGradients(
            any(() => undefined),
            network.variables,
          ),
        '`loss` must be a tensor, not disposed; got undefined',
      ],
      [
        'a loss of nothing',
        () => one({ loss: () => undefined }).step(x),
        '`loss` must be a tensor, not disposed; got undefined',
      ],
      [
        'a loss in an array',
        () => one({ loss: () => [tf.scalar(1)] }).step(x),
        '`loss` must be a record such as { loss }; got [a float32 tensor of shape []]',
      ],
      [
        'an optimizer without prepare',
        () => one({ optimizer: { apply: () => undefined } }),
        '`optimizer` must be an optimizer; got { apply }',
      ],
      [
        'an update without a loss',
        () => game((turn: g.GameStep) => turn.update('network', any(undefined))).step(x),
        '`loss` must be a function; got undefined',
      ],
      [
        'a loss for the function of an update',
        () => game((turn: g.GameStep) => turn.update('network', any({ loss: tf.scalar(1) }))).step(x),
        '`loss` must be a function; got { loss }',
      ],
      [
        'a pass without a function',
        () => game((turn: g.GameStep) => turn.pass('network', any(undefined))).step(x),
        '`f` must be a function; got undefined',
      ],
      [
        'a pass of nothing',
        () =>
          game((turn: g.GameStep) =>
            turn.pass(
              'network',
              any(() => undefined),
            ),
          ).step(x),
        '`f()` must be a tensor, not disposed; got undefined',
      ],
      [
        'the update of a pass without a loss',
        () => game((turn: g.GameStep) => turn.pass('network', () => network.apply(x)).update(any(undefined))).step(x),
        '`loss` must be a function; got undefined',
      ],
      [
        'an async function for still',
        () => game((turn: g.GameStep) => turn.withoutUpdate(any(async () => x))).step(x),
        '`f()` must be a tensor, not disposed; got an instance of Promise',
      ],
      [
        'an average that is null',
        () => one({ averages: { network: null } }),
        '`averages.network` must be an object with the keys into, decay; got null',
      ],
      [
        'an average without a part',
        () => one({ averages: { network: { decay: 0.9 } } }),
        '`averages.network.into.variables` must be an array of at least one variable; got undefined',
      ],
      ['a part for an average', () => one({ averages: { network } }), "got the key 'apply'"],
      [
        'a log-likelihood of nothing',
        () => vae({ decoder: decoding({ logProb: () => undefined }) }).step(x),
        '`likelihood.logProb(x, parameters)` must be a tensor, not disposed; got undefined',
      ],
      [
        'a log-likelihood in a record',
        () => vae({ decoder: decoding({ logProb: () => ({ logProb: tf.zeros([3]) }) }) }).step(x),
        'got { logProb }. Give one of its tensors.',
      ],
      [
        'a likelihood’s mean of nothing',
        () => decoding({ mean: () => undefined }).mean(tf.zeros([1, 2])),
        '`likelihood.mean(...)` must be a tensor, not disposed; got undefined',
      ],
      [
        'a likelihood’s sample of nothing',
        () => decoding({ sample: () => undefined }).sample(tf.zeros([1, 2]), random),
        '`likelihood.sample(...)` must be a tensor, not disposed; got undefined',
      ],
      [
        'a trainer for the parts of a VAE',
        () => g.estimateLogLikelihood(any(vae({})), x, { samples: 1, random }),
        '`encoder.encode` must be a function; got undefined',
      ],
      [
        'a network that gives nothing',
        () => g.createGaussianEncoder(giving(undefined), { latentSize: 2 }).encode(x),
        '`network output` must be a tensor, not disposed; got undefined',
      ],
      [
        'a network that gives an array',
        () => g.createDiscriminator(giving([x])).logits(x),
        'got [a float32 tensor of shape [3, 4]]. Give one of its tensors.',
      ],
      [
        'a network that is async',
        () =>
          g
            .createDenoiser(giving(Promise.resolve(x)), { schedule, predicts: g.predictNoise })
            .predict(x, tf.zeros([3], 'int32')),
        '`network output` must be a tensor, not disposed; got an instance of Promise',
      ],
      [
        'a decoder’s network that gives a record',
        () => g.createDecoder(giving({ mean: x }), { likelihood: g.bernoulli }).decode(tf.zeros([1, 2])),
        'got { mean }. Give one of its tensors.',
      ],
      [
        'a residual body that gives nothing',
        () => g.residual(giving(undefined)).apply(x),
        '`body.apply(input)` must be a tensor, not disposed; got undefined',
      ],
      [
        'labels that give nothing',
        () => g.withCondition(network, giving(undefined)).apply(x, { condition: tf.zeros([3], 'int32') }),
        '`labels.apply(options.condition)` must be a tensor',
      ],
      [
        'a seed for the stream of dropout',
        () => g.dropout({ rate: 0.5 }).apply(x, { training: true, random: any(1) }),
        '`random` must be a random stream; got 1',
      ],
      [
        'a path of nothing',
        () => g.interpolate(tf.zeros([2]), tf.ones([2]), { steps: 3, path: any(() => undefined) }),
        '`path(...)` must be a tensor, not disposed; got undefined',
      ],
      [
        'a path of numbers',
        () => g.interpolate(tf.zeros([2]), tf.ones([2]), { steps: 3, path: any(() => 1) }),
        '`path(...)` must be a tensor, not disposed; got 1',
      ],
      [
        'a path to another shape',
        () => g.interpolate(tf.zeros([2]), tf.ones([2]), { steps: 3, path: () => tf.zeros([3]) }),
        '`path(...)` must have shape [2]; got [3]. It must match `from`.',
      ],
      [
        'a target that mixes nothing',
        () => g.createDenoiser(network, { schedule, predicts: any({ name: 'none', mix: () => undefined }) }),
        '`predicts.mix(...)` must be [c, d]; got undefined',
      ],
      [
        'a target without options',
        () => g.denoisingTarget(x, x, tf.zeros([3], 'int32'), any(undefined)),
        '`schedule` must be a noise schedule; got undefined',
      ],
      [
        'a solver that gives nothing',
        () => g.sampleDiffusion(denoiser, any({ step: () => undefined }), { shape: [1, 4], random }),
        '`solver.step(...)` must be a tensor, not disposed; got undefined',
      ],
      [
        'a variance of nothing',
        () => g.sampleDdpm(denoiser, { shape: [1, 4], random, variance: any(() => undefined) }),
        '`variance(...)` must be a number; got undefined',
      ],
      [
        'a controller for its signal',
        () => g.sampleDdim(denoiser, { shape: [1, 4], random, signal: any(new AbortController()) }),
        '`signal.addEventListener` must be a function; got undefined',
      ],
      [
        'the same for fit',
        () => g.fit(one({}), [x], { epochs: 1, signal: any(new AbortController()) }),
        '`signal.addEventListener` must be a function; got undefined',
      ],
      [
        'a callback that is none',
        () => g.fit(one({}), [x], { epochs: 1, callbacks: any({ onReport: 'log' }) }),
        "`callbacks[0].onReport` must be a function; got 'log'",
      ],
      [
        'an iterator of nothing',
        () => g.fit(one({}), any({ [Symbol.asyncIterator]: () => undefined }), { epochs: 1 }),
        '`data: its iterator.next` must be a function; got undefined',
      ],
      [
        'a data set without an iterator',
        () => g.fit(one({}), any({ iterator: () => undefined }), { epochs: 1 }),
        '`data: its iterator.next` must be a function',
      ],
      [
        'data that were disposed meanwhile',
        () => {
          const data = tf.zeros([2, 4]);
          const source = g.batches(data, { batchSize: 1 });
          data.dispose();
          return g.fit(one({}), source, { epochs: 1 });
        },
        '`data` must be a tensor, not disposed; got a disposed tensor of shape [2, 4]',
      ],
      [
        'a batch that was not waited for',
        () => one({}).step(any(Promise.resolve(x))),
        'got an instance of Promise. Put await before what gives it.',
      ],
      [
        'a checkpoint of nothing',
        () => g.saveCheckpoint(any(undefined)),
        '`trainer.step` must be a function; got undefined',
      ],
      [
        'a checkpoint of a network',
        () => g.saveCheckpoint(any(network)),
        '`trainer.step` must be a function; got undefined',
      ],
      [
        'a store that lists nothing',
        () => r.keepCheckpoints({ store: any({ ...memoryStore().store, list: async () => undefined }) }).load('latest'),
        '`store.list()` must be an array of names; got undefined',
      ],
      [
        'a listener that is none',
        () => r.createRun(one({}), [x], { epochs: 1 }).subscribe(any(undefined)),
        '`listener` must be a function; got undefined',
      ],
      [
        'checkTrainer of nothing',
        () =>
          checks.checkTrainer(
            any(() => undefined),
            { batches: [x, x, x] },
          ),
        '`make().step` must be a function; got undefined',
      ],
      [
        'checkTrainer of a promise',
        () =>
          checks.checkTrainer(
            any(async () => one({})),
            { batches: [x, x, x] },
          ),
        '`make().step` must be a function; got undefined',
      ],
      [
        'checkNetwork of nothing',
        () => checks.checkNetwork(giving(undefined), { input: x }),
        '`network.apply(input)` must be a tensor, not disposed; got undefined',
      ],
      [
        'checkLikelihood of nothing',
        () => checks.checkLikelihood(any({ ...g.bernoulli, logProb: () => undefined }), { x, parameters: x, random }),
        '`logProb(x, parameters)` must be a tensor, not disposed; got undefined',
      ],
      [
        'checkGradients of nothing',
        () =>
          checks.checkGradients(
            any(() => undefined),
            [x],
          ),
        '`f(...)` must be a tensor, not disposed; got undefined',
      ],
    ];
  },
  'networks that do not fit': ({
    random,
    network,
    encoder,
    decoder,
    generator,
    labelled,
    vae,
    gan,
    diffusion,
    x,
    adam,
    disposedOptimizer,
  }) => {
    const wide = random.uniform([3, 5]);
    const labels = tf.tensor1d([0, 1, 2], 'int32');
    const classes = g.dcganGenerator({ latentSize: 3, shape: [8, 8, 1], width: 4, classes: 3, random });
    const images = g.convEncoder({ shape: [8, 8, 1], widths: [4, 4], outputs: 4, random });
    const chain = g.sequential([
      g.dense({ inputs: 4, units: 3, random }),
      g.dense({ inputs: 2, units: 1, random: random.fork('b') }),
    ]);
    const activated = (activation: unknown): g.Network =>
      g.mlp({ sizes: [4, 8, 4], activation: any(activation), random });
    const toy = (more: object): g.Trainer =>
      g.createTrainer(any({ name: 'toy', parts: { network }, optimizer: adam(), random, loss: () => ({ loss: tf.mean(network.apply(x)) }), ...more })); // prettier-ignore
    const own = (more: object): g.Optimizer => any({ prepare: () => undefined, apply: () => undefined, state: () => ({ tensors: [], plain: null }), restore: () => undefined, dispose: () => undefined, ...more }); // prettier-ignore
    const fresh = g.mlp({ sizes: [4, 4], random });
    const ofX = ({ x: input }: g.StepInput): object => ({ loss: tf.add(tf.mean(fresh.apply(input)), 0) });
    const other = g.createDenoiser(g.denoisingMlp({ size: 4, width: 8, classes: 3, random }), { schedule: labelled.schedule, predicts: g.predictNoise }); // prettier-ignore
    const uniform = g.createGenerator(g.mlp({ sizes: [2, 4], random }), { latentSize: 2, prior: g.uniformPrior });
    const gaussian = g.createDecoder(g.mlp({ sizes: [2, 4], random }), { likelihood: g.gaussian({ variance: 1 }) });
    const sampler = g.createPriorSampler(decoder, { latentSize: 3 });
    const ganOf = (more: object): g.Trainer =>
      g.createGanTrainer(any({ generator, discriminator: g.createDiscriminator(g.mlp({ sizes: [4, 1], random })), loss: g.nonSaturatingLoss, optimizers: { generator: adam(), discriminator: adam() }, random, ...more })); // prettier-ignore
    return [
      ['data of another width', () => network.apply(wide), 'mlp: `input` must have shape [?, 4]; got [3, 5].'],
      ['the same for an encoder', () => encoder.encode(wide), 'encode: `x` must have shape [?, 4]; got [3, 5].'],
      ['the same in a step', () => vae.step(wide), 'step: `batch` must have shape [?, 4]; got [3, 5].'],
      ['the same for a discriminator', () => gan.evaluate(wide), 'evaluate: `'],
      [
        'the same in validation',
        () => g.fit(toy({ parts: { fresh }, loss: ofX }), [x], { steps: 1, validation: [wide] }),
        'train: `validation` must have shape [?, 4]; got [3, 5].',
      ],
      [
        'images of another size',
        () => images.apply(tf.zeros([2, 16, 16, 1])),
        'convEncoder: `input` must have shape [?, 8, 8, 1]; got [2, 16, 16, 1].',
      ],
      ['another latent size', () => sampler.draw(4, random), 'draw: `latents` must have shape [?, 2]; got [4, 3].'],
      [
        'labels as options of a sampler',
        () => g.createPriorSampler(decoder, { latentSize: 2 }).draw(3, random, any(labels)),
        'draw: `options` must be an object with the keys training, random, condition, conditions, timesteps, stepSize, latents; got a int32 tensor of shape [3].',
      ],
      [
        'labels as floats',
        () => classes.apply(tf.zeros([2, 3]), { condition: tf.zeros([2]) }),
        'dcganGenerator: `options.condition` must have shape [?, 3]; got [2]. Pass one number per class',
      ],
      [
        'latents of another size with labels',
        () => classes.apply(tf.zeros([3, 4]), { condition: labels }),
        'dcganGenerator: `input` must have shape [?, 3]; got [3, 4].',
      ],
      [
        'layers that do not fit',
        () => chain.apply(x),
        'sequential: `output of networks[0]` must have shape [?, 2]; got [3, 3].',
      ],
      [
        'no labels for a denoiser with classes',
        () => diffusion.step(x),
        'step: `batch.condition` must be given, as the denoiser has classes; got undefined. Give batches { x, condition }.',
      ],
      [
        'an activation of nothing',
        () => activated(() => undefined).apply(x),
        'mlp: `activation(...)` must be a tensor, not disposed; got undefined.',
      ],
      [
        'an async activation',
        () => activated(async () => x).apply(x),
        'mlp: `activation(...)` must be a tensor, not disposed; got an instance of Promise. The function must not be async.',
      ],
      [
        'an activation that sums',
        () => activated((y: tf.Tensor) => tf.sum(y)).apply(x),
        'mlp: `activation(...)` must have shape [3, 8]; got []. It maps each number to one number.',
      ],
      [
        'an activation of numbers',
        () => activated(Math.tanh).apply(x),
        'mlp: `activation(...)` must be a tensor, not disposed; got NaN.',
      ],
      [
        'a flag as text',
        () => network.apply(x, any({ training: 'false' })),
        "`training` must be true or false; got 'false'.",
      ],
      [
        'a flag for the options',
        () => network.apply(x, any(true)),
        '`options` must be an object with the keys training, random, condition, conditions, timesteps, stepSize, latents; got true.',
      ],
      [
        'widths that the groups do not divide',
        () => g.unet({ channels: 1, widths: [4, 8], random }),
        'unet: `widths[0]` must be a multiple of `groups`, 8; got 4.',
      ],
      [
        'a rate of 2',
        () => g.unet({ channels: 1, dropoutRate: 2, random }),
        'unet: `dropoutRate` must be finite and at least 0 and below 1; got 2.',
      ],
      [
        'a block of 4 channels',
        () => g.residualBlock({ inputs: 4, filters: 8, random }),
        'residualBlock: `inputs` must be a multiple of `groups`, 8; got 4.',
      ],
      [
        'a norm of nothing',
        () => g.dcganDiscriminator({ shape: [16, 16, 1], norm: any(() => undefined), random }),
        'dcganDiscriminator: `norm(...)` must be a network',
      ],
      [
        'an average that predicts something else',
        () =>
          g.createDiffusionTrainer({
            denoiser: labelled,
            optimizer: adam(),
            random,
            average: { into: other, decay: 0.9 },
          }),
        'createDiffusionTrainer: `average.into.predicts` must be the same as in the part that it averages; got predictNoise for predictVelocity.',
      ],
      [
        'an average of another likelihood',
        () =>
          g.createVaeTrainer({
            encoder,
            decoder,
            optimizer: adam(),
            random,
            average: {
              into: {
                encoder: g.createGaussianEncoder(g.mlp({ sizes: [4, 4], random }), { latentSize: 2 }),
                decoder: gaussian,
              },
              decay: 0.9,
            },
          }),
        'createVaeTrainer: `average.into.decoder.likelihood` must be the same as in the part that it averages; got gaussian for bernoulli.',
      ],
      [
        'an average of another prior',
        () => ganOf({ average: { into: uniform, decay: 0.9 } }),
        'createGanTrainer: `average.into.prior` must be the same as in the part that it averages; got uniformPrior for gaussianPrior.',
      ],
      [
        'a penalty without return',
        () => ganOf({ penalty: () => undefined }).step(x),
        'step: `penalty(...)` must be a tensor, not disposed; got undefined.',
      ],
      [
        'an objective of a loss alone',
        () =>
          g
            .createVaeTrainer({
              encoder,
              decoder,
              optimizer: adam(),
              random,
              objective: any({ evaluate: () => ({ loss: tf.mean(x) }) }),
            })
            .step(x),
        'step: `objective.evaluate(...).elbo` must be a tensor, not disposed; got undefined.',
      ],
      [
        'an async optimizer',
        () => toy({ optimizer: own({ apply: async () => undefined }) }).step(x),
        'step: `optimizer.apply` must not be async; got an instance of Promise.',
      ],
      [
        'an optimizer without a state',
        () => toy({ optimizer: own({ state: () => undefined }) }),
        'createTrainer: `optimizer.state()` must be a record such as { tensors, plain }; got undefined.',
      ],
      [
        'weights that are no variables',
        () =>
          g.createGanTrainer(
            any({
              generator: { ...generator, variables: [x] },
              discriminator: g.createDiscriminator(network),
              loss: g.nonSaturatingLoss,
              optimizers: { generator: adam(), discriminator: adam() },
              random,
            }),
          ),
        'createGanTrainer: `parts.generator.variables[0]` must be a variable; got a float32 tensor of shape [3, 4]. Make one with tf.variable(tensor).',
      ],
      [
        'gradients and variables swapped',
        () => adam().apply(network.variables, any(network.variables.map(({ shape }) => tf.zeros(shape)))),
        'createAdam: `variables[0]` must be a variable',
      ],
      [
        'both kinds of a model',
        () => toy({ optimizers: { network: disposedOptimizer } }),
        'createTrainer: `loss` must not be combined with `optimizers`; got both.',
      ],
      ['settings of a number', () => toy({ settings: 3 }), 'createTrainer: `settings` must be an object; got 3.'],
      [
        'a model that was not called',
        () => g.createTrainer(any(g.ganModel)),
        'got the function ganModel. Call it: ganModel(...).',
      ],
      ['a look at a tensor', () => toy({ loss: ({ look }: { look: (show: unknown) => void }) => { look(x); return { loss: tf.mean(network.apply(x)) }; } }).step(x), 'look: `show` must be a function; got a float32 tensor of shape [3, 4].'], // prettier-ignore
      ['a look of a step that is no function', () => toy({}).step(x, { look: any(3) }), 'step: `look` must be a function; got 3.'], // prettier-ignore
      [
        'metrics that were not waited for',
        () => g.readMetrics(any(Promise.resolve({}))),
        'got an instance of Promise. Put await before what gives it.',
      ],
      [
        'data that were not waited for',
        () => g.batches(any(Promise.resolve(x)), { batchSize: 1 }),
        'got an instance of Promise. Put await before what gives it.',
      ],
      [
        'labels in an array',
        () => g.batches(any({ x, condition: [0, 1, 2] }), { batchSize: 1 }),
        'batches: `data.condition` must be a tensor or { data, shape }; got [0, 1, 2]. Labels are { data: Int32Array.from(...), shape: [examples] }.',
      ],
      [
        'a weighting that was not called',
        () =>
          g.createDiffusionTrainer({
            denoiser: labelled,
            optimizer: adam(),
            random,
            weighting: any(g.minSnrWeighting),
          }),
        'createDiffusionTrainer: `weighting` must be a function of the signal-to-noise ratio; got the function minSnrWeighting. Call it: minSnrWeighting(...).',
      ],
      [
        'a writer that was not called',
        () =>
          logs.createLog({ writers: [any(logs.csvWriter)] }).add(
            any({
              step: 1,
              totalSteps: 1,
              epoch: 1,
              seconds: 1,
              metrics: { loss: 1 },
              validation: undefined,
              skipped: 0,
              verdicts: [],
            }),
          ),
        'createLog: `writers` must contain writers; got the function csvWriter, which makes one. Call it: csvWriter(file).',
      ],
      [
        'the best without a value',
        () => keep({ best: { metric: 'elbo', goal: 'max' } }).save(vae),
        'keepCheckpoints.save: `value` must be given',
      ],
      [
        'observers of a checkpoint that are not in a list',
        () => g.saveCheckpoint(vae, { observers: any(stop()) }),
        'saveCheckpoint: `observers` must be an array of different observers',
      ],
      [
        'weights from a checkpoint',
        async () => g.loadWeights(decoder, await g.saveCheckpoint(vae)),
        'loadWeights: `bytes` must be a file of saveWeights; got "tfjs-generative checkpoint 2". Load it with loadCheckpoint',
      ],
      [
        'weights from a model',
        async () => g.loadWeights(decoder, await saveModel({ encoder, decoder })),
        'loadWeights: `bytes` must be a file of saveWeights; got "tfjs-generative model 1".',
      ],
      [
        'numbers that are no list',
        () => checks.checkClose(x, any(0)),
        'checkClose: `expected` must be a tensor, or a flat array of its numbers, row by row; got 0.',
      ],
      ['numbers in words', () => checks.checkClose(x, any('zeros')), "got 'zeros'."],
      [
        'numbers in rows',
        () => checks.checkClose(tf.zeros([2]), any([[0, 0]])),
        'must be a tensor, or a flat array of its numbers',
      ],
      ['no numbers', () => checks.checkClose(x, any(undefined)), 'row by row; got undefined.'],
      ['NaN expected', () => checks.checkClose(tf.tensor1d([NaN]), [NaN]), 'got NaN. NaN is close to nothing.'],
      [
        'a support of two numbers',
        () => checks.checkLikelihood(g.bernoulli, { x, parameters: x, random, support: any([0, 1]) }),
        'checkLikelihood: `support` must be { values }, or { from, to } in that order; got [0, 1].',
      ],
      [
        'half a support',
        () => checks.checkLikelihood(g.bernoulli, { x, parameters: x, random, support: any({ from: 0 }) }),
        '`support` must be { values }',
      ],
      ['the same trainer at each call', () => { const one = toy({}); return checks.checkTrainer(() => one, { batches: [x, x, x] }); }, 'checkTrainer: `make()` must be a new trainer at each call; got the same one.'], // prettier-ignore
    ];
  },
};
