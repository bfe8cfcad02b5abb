import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import * as g from '../../src/index.js';
import { describeModel, fetchModel, fetchModelBytes, loadModel, saveModel } from '../../src/model/index.js';
import { descriptionOf, forge, textOf } from './description-mutants.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = g.createRandom(1);
const any = (value: unknown): never => value as never;
const dense = (activation?: g.Activation): g.Network => g.dense({ inputs: 2, units: 2, activation, random });
const own: g.Network = { apply: (x) => tf.clone(x), variables: [], dispose: () => undefined };
const decoder = (likelihood: g.Likelihood = g.bernoulli): g.Decoder => g.createDecoder(dense(), { likelihood });
const encoder = (): g.GaussianEncoder => g.createGaussianEncoder(dense(), { latentSize: 1 });
const schedule = g.cosineSchedule({ steps: 3 });
const net = (): g.Network => g.denoisingMlp({ size: 2, width: 2, random });

async function messageOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return (error as Error).message;
  }
  return '';
}

const calls: Readonly<Record<string, readonly [run: () => unknown, says: string][]>> = {
  saveModel: [
    [() => saveModel(any(undefined)), '`model` must be a network, a part, or several by name; got undefined.'],
    [() => saveModel({}), '`model` must be a network, a part, or several by name; got {}.'],
    [() => saveModel({ decoder: any(3) }), '`model.decoder` must be a network or a part; got 3.'],
    [() => saveModel({ 'a b': dense() }), "`model` must have names that are words of letters and digits; got 'a b'."],
    [() => saveModel({ constructor: dense() }), "got 'constructor'."],
    [() => saveModel(own), '`model` must be made only by functions of this library; got one of your own'],
    [
      () => saveModel({ ...dense() }),
      'got one of your own or of fromLayersModel. Name its function with definePart, or save its weights with saveWeights.',
    ],
    [
      () =>
        saveModel({
          encoder: encoder(),
          decoder: g.createDecoder(g.sequential([dense(), own]), { likelihood: g.bernoulli }),
        }),
      'got one of your own or of fromLayersModel, in decoder > createDecoder > sequential[1].',
    ],
    [
      // a map that grows along one axis and the other in turns
      () => {
        const turn = (i: number) =>
          (['up', 'down'] as const).map((name) => {
            const sizes = { inputs: 1, filters: 1, kernelSize: 1, random: random.fork(`${i} ${name}`) };
            return name === 'up'
              ? g.conv2dTranspose({ ...sizes, strides: [64, 1] })
              : g.conv2d({ ...sizes, strides: [1, 64] });
          });
        return saveModel(g.sequential([...turn(0), ...turn(1), ...turn(2)]));
      },
      'maps enlarged more than 4096 times, in layer 6',
    ],
    [
      () => saveModel(g.sequential([dense((x) => tf.sin(x)), g.flatten()])),
      '`model` must have its activation from this library; got one of your own as activation of dense, in sequential[0]. A file can contain elu,',
    ],
    [
      () => saveModel(decoder({ ...g.bernoulli })),
      "got 'bernoulli' as likelihood of createDecoder. A file can contain bernoulli,",
    ],
    [
      () =>
        saveModel(g.createGenerator(dense(), { latentSize: 2, prior: { sample: (shape, one) => one.uniform(shape) } })),
      'got one of your own as prior of createGenerator. A file can contain gaussianPrior, uniformPrior;',
    ],
    [
      () =>
        saveModel(
          g.createDenoiser(net(), { schedule, predicts: { name: 'score', mix: (_, sigma) => [0, -1 / sigma] } }),
        ),
      "got 'score' as predicts of createDenoiser. A file can contain predictVelocity,",
    ],
    [() => saveModel(dense(), { metadata: any(() => 1) }), '`metadata` must be a value that JSON can hold; got'],
    [() => saveModel(dense(), any({ dtype: 'F8' })), "`dtype` must be 'F32' or 'F16'; got 'F8'."],
    [
      () => saveModel(dense(), any({ meta: 1 })),
      "`options` must be an object with the keys dtype, metadata, signal; got the key 'meta'.",
    ],
    [
      () => {
        const layer = dense();
        layer.dispose();
        return saveModel(layer);
      },
      '`model` must not be disposed',
    ],
  ],
  loadModel: [
    [() => loadModel(any('x')), '`bytes` must be a Uint8Array'],
    [
      async () => loadModel(await g.saveWeights(dense())),
      'must be a file of saveModel ("tfjs-generative model 1"); got "tfjs-generative weights 1". Read weights with loadWeights',
    ],
    [async () => loadModel(await saveModel(dense()), { maxBytes: 100 }), '`bytes` must be at most maxBytes, 100; got'],
    [
      async () => loadModel(await saveModel(dense()), { as: any('layer') }),
      "`as` must be one of network, encoder, latentEncoder, quantizedEncoder, quantizer, codePrior, prior, decoder, generator, discriminator, tokenModel, tableModel, denoiser, or a record of them by name; got 'layer'.",
    ],
    [async () => loadModel(await saveModel(dense()), { as: any({}) }), '`as` must be one of network,'],
    [
      async () => loadModel(await saveModel(decoder()), { as: 'encoder' }),
      '`bytes` must contain one part of the kind encoder, as `as` says; got decoder.',
    ],
    [
      async () => loadModel(await saveModel({ encoder: encoder(), decoder: decoder() }), { as: 'decoder' }),
      'got { encoder: encoder, decoder: decoder }.',
    ],
    [
      async () =>
        loadModel(await saveModel({ encoder: encoder(), decoder: decoder() }), { as: { decoder: 'generator' } }),
      'must contain a part decoder of the kind generator, as `as` says; got { encoder: encoder, decoder: decoder }',
    ],
    [async () => loadModel(await saveModel(decoder()), { as: { decoder: 'decoder' } }), 'got decoder.'],
    [async () => loadModel(await saveModel(dense()), any({ like: 1 })), "got the key 'like'."],
    [async () => loadModel(await saveModel(dense()), { signal: AbortSignal.abort(new Error('given up')) }), 'given up'],
  ],
  fetchModel: [
    [() => fetchModel(any(3)), '`url` must be an address; got 3.'],
    [
      () => fetchModel('x', { checksum: 'abc' }),
      "`checksum` must be 64 hexadecimal digits; got 'abc'. Use the output of sha256sum.",
    ],
    [() => fetchModel('x', { onProgress: any(3) }), '`onProgress` must be a function; got 3.'],
    [() => fetchModel('x', { maxBytes: -1 }), '`maxBytes` must be finite and at least 0; got -1.'],
    [() => fetchModel('x', { as: any('vae') }), '`as` must be one of'],
    [
      () => fetchModel('no-such-thing'),
      '`url` must be an address that can be reached; got no answer from no-such-thing',
    ],
    [() => fetchModelBytes('x', any({ as: 'decoder' })), "got the key 'as'."],
    [() => fetchModel('x', { signal: AbortSignal.abort(new Error('given up')) }), 'given up'],
  ],
};

describe.each(Object.entries(calls))('%s', (name, rows) => {
  test.each(rows.map(([run, says]) => ({ run, says })))('$says', async ({ run, says }) => {
    const message = await messageOf(run);
    expect(message).toContain(says);
    if (message !== 'given up') expect(message).toMatch(/^\w+: `[^`]+` [^;]+; got [^\n]+\.$/);
    if (message !== 'given up' && name !== 'fetchModel') expect(message.split(':')[0]).toBe(name);
    expect(message.length).toBeLessThanOrEqual(300);
  });
});

/** A file whose description was changed by hand. */
async function changed(
  part: g.Network | g.Decoder | g.Denoiser | g.Generator,
  from: string,
  to: string,
): Promise<string> {
  const file = await saveModel(part);
  const text = textOf(descriptionOf(file));
  expect(text).toContain(from);
  return messageOf(() => loadModel(forge(file, { model: text.replace(from, to) })));
}

describe('an impossible description is rejected with its place', () => {
  test.each<readonly [part: () => Parameters<typeof changed>[0], from: string, to: string, says: string]>([
    [
      dense,
      '"inputs":2',
      '"inputs":-2',
      'must describe a valid part in layer 0 of the list; got dense: `inputs` must be a positive integer; got -2.',
    ],
    [dense, '"inputs":2', '"inputs":3', 'must contain all tensors of its description; got 2, without one of shape [2]'],
    [
      dense,
      '"inputs":2',
      '"inputs":1',
      "must contain the tensor '0' as F32 [1, 2], as its description says; got F32 [2, 2].",
    ],
    [
      dense,
      '"inputs":2',
      '"inputs":1e999',
      'must have options that are numbers, strings, true, false or arrays of numbers; got null as inputs of dense',
    ],
    [dense, '"inputs":2', '"bias":1,"inputs":2', "got the key 'bias'"],
    [dense, '"inputs":2', '"random":1,"inputs":2', 'must have no stream of random numbers'],
    [dense, '"dense"', '"__proto__"', 'must consist of layers and parts of this library; got "__proto__" in layer 0'],
    [
      () => dense(g.tanh),
      '"tanh"',
      '"constructor"',
      "must have a known activation in layer 0 of the list, dense; got 'constructor'. The choices are elu, gelu,",
    ],
    [
      decoder,
      '"bernoulli"',
      '{"name":"gaussian","variance":-1}',
      'got gaussian: `variance` must be finite and above 0; got -1.',
    ],
    [decoder, '"bernoulli"', '{"name":"constructor"}', 'must have a known likelihood'],
    [
      () => decoder(g.discretizedLogistic({ levels: 2, start: { mean: 0, logScale: 0 } })),
      '"mean":0',
      '"mean":0,"x":1',
      'must have a known likelihood',
    ],
    [
      () => g.createDenoiser(net(), { schedule, predicts: g.predictVelocity }),
      '"steps":3',
      '"x":1,"steps":3',
      'must have a known schedule',
    ],
    [
      () => g.createDenoiser(net(), { schedule, predicts: g.predictVelocity }),
      '"steps":3',
      '"steps":4',
      'must hold 4 numbers that fall strictly',
    ],
    [
      () => g.createGenerator(dense(), { latentSize: 2 }),
      '"latentSize":2',
      '"latentSize":1e9',
      'must have sizes that are reasonable for its 6 numbers; got latentSize 1000000000 of createGenerator, layer 1',
    ],
    [() => g.sequential([dense(), g.upsample()]), '"factor":2', '"factor":4097', 'maps enlarged more than 4096 times'],
    [
      () => g.sequential([dense()]),
      '"parts":[0]',
      '"parts":[1]',
      'must refer to parts by the indices of earlier layers; got [1] in layer 1',
    ],
    [
      () => g.sequential([dense()]),
      '"model":1',
      '"model":0',
      'must not list unused layers; got layer 1 of the list, which is not used.',
    ],
    [
      () => g.residual(dense()),
      '"parts":[0]',
      '"parts":[0,0,0]',
      'must have 1 to 2 networks in residual; got 3 in layer 1',
    ],
    [
      () => g.groupNorm({ inputs: 8 }),
      '"groups":8',
      '"groups":null',
      'got groupNorm: `groups` must have a value; got null.',
    ],
    [dense, '"units":2', '"units":null', 'got dense: `units` must be a number; got undefined.'],
    [
      () => decoder(g.gaussian({ variance: 1 })),
      '"variance":1',
      '"variance":null',
      'got gaussian: `variance` must be a number; got undefined.',
    ],
    [
      decoder,
      '"version":1',
      '"version":2',
      'must describe a model in version 1; got 2. The file is damaged, of a later version or not from saveModel.',
    ],
  ])('%#: %s, %s, %s, %s', async (part, from, to, says) => {
    expect(await changed(part(), from, to)).toContain(says);
  });
});

test('what a network was made of, changed after it was made, is noticed before a file is written', async () => {
  const sizes = [2, 3];
  const network = g.mlp({ sizes, random });
  sizes[1] = 4;
  expect(await messageOf(() => saveModel(network))).toContain(
    'saveModel: `model` must match its options; got a file that must contain',
  );
});

test('a file is described without making tensors', async () => {
  const file = await saveModel({ encoder: encoder(), decoder: decoder() }, { metadata: { classes: ['cat', 'dog'] } });
  const { numTensors } = tf.memory();
  const dense = { kind: 'dense', options: { inputs: 2, units: 2, activation: null }, parts: [], parameters: 6 };
  expect(describeModel(file)).toEqual({
    library: '0.0.0',
    metadata: { classes: ['cat', 'dog'] },
    parts: {
      encoder: {
        as: 'encoder',
        parameters: 6,
        kind: 'createGaussianEncoder',
        options: { latentSize: 1 },
        parts: [dense],
      },
      decoder: {
        as: 'decoder',
        parameters: 6,
        kind: 'createDecoder',
        options: { likelihood: 'bernoulli' },
        parts: [dense],
      },
    },
  });
  expect(tf.memory().numTensors).toBe(numTensors);
});

test('parts that are not requested are not made, and shared parts stay shared', async () => {
  const shared = dense();
  const own = g.dense({ inputs: 2, units: 2, random: random.fork('own') });
  const file = await saveModel({ first: g.sequential([shared, own]), second: g.residual(shared) });
  const { numTensors } = tf.memory();
  const { second } = await loadModel(file, { as: { second: 'network' } });
  expect(tf.memory().numTensors - numTensors).toBe(2);
  expect(second.variables.length).toBe(2);
  const both = (await loadModel(file)) as Record<string, g.Network>;
  expect(tf.memory().numTensors - numTensors).toBe(2 + 4);
  expect(both['first']!.variables[0]).toBe(both['second']!.variables[0]);
  expect(Object.keys(both)).toEqual(['first', 'second']);
});

test('if a device is full, no tensor of an incomplete model is left', async () => {
  const file = await saveModel(g.sequential([dense(), g.batchNorm({ inputs: 2 })]));
  const { numTensors, numBytes } = tf.memory();
  let left = 4;
  const full = new Error('out of memory');
  const engine = tf.engine();
  const make = engine.makeVariable.bind(engine);
  const spy = vi.spyOn(engine, 'makeVariable').mockImplementation((...given) => {
    if (left-- === 0) throw full;
    return make(...given);
  });
  try {
    await expect(loadModel(file)).rejects.toBe(full);
  } finally {
    spy.mockRestore();
  }
  expect(left).toBe(-1);
  expect(tf.memory()).toMatchObject({ numTensors, numBytes });
});

test('a model in halves has half the bytes, and each number is the half nearest to it', async () => {
  const network = g.dense({ inputs: 50, units: 40, random });
  const [whole, half] = [await saveModel(network), await saveModel(network, { dtype: 'F16' })];
  expect(whole.length - half.length).toBeGreaterThan(1.9 * 2040);
  const loaded = await loadModel(half, { as: 'network' });
  const [saved, read] = await Promise.all([network, loaded].map(({ variables }) => variables[0]!.data()));
  saved!.forEach((value, i) => {
    expect(Math.abs(read![i]! - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -11 + 2 ** -25);
  });
  // and halves are what they are from there on
  expect(await saveModel(loaded, { dtype: 'F16' })).toEqual(half);
});
