import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { definePart, describeModel, loadModel, saveModel } from '../../src/model/index.js';
import { saveOnnx } from '../../src/onnx/index.js';
import { saveStateDict } from '../../src/pytorch/index.js';
import { createDice, seedOf } from '../training/saving/mutants.js';
import { descriptionOf, edits, forge, mutantOf, textOf } from './description-mutants.js';
import { parts } from './models.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = g.createRandom(1);
const numbers = async (tensors: readonly Tensor[]): Promise<readonly (readonly number[])[]> =>
  Promise.all(tensors.map(async (tensor) => [...(await tensor.data())]));

/** A layer by hand: x factors, with factors of its own. */
const scale = definePart('acme/scale', ({ size, start = 1 }: { size: number; start?: number }): g.Network => {
  const factors = tf.tidy(() => tf.variable(tf.fill([size], start)));
  return { apply: (x) => tf.mul(x, factors), variables: [factors], dispose: () => factors.dispose() };
});

/** A layer without variables. */
const square = definePart('acme/layers/square', (): g.Network => ({
  apply: (x) => tf.square(x),
  variables: [],
  dispose: () => undefined,
}));

/** A layer with a buffer, which counts its passes in training, frozen as the records of this library. */
const counted = definePart('@acme/counted', (): g.Network => {
  const passes = tf.tidy(() => tf.variable(tf.scalar(0), false));
  return Object.freeze({
    apply: (x: Tensor, { training = false }: g.ApplyOptions = {}): Tensor => {
      if (training) tf.tidy(() => passes.assign(tf.add(passes, 1)));
      return tf.add<Tensor>(x, passes);
    },
    variables: [],
    buffers: [passes],
    dispose: () => passes.dispose(),
  });
});

/** Its own variable between those of the networks that it joins, and a layer that it makes itself. */
interface GatedOptions {
  readonly body: g.Network;
  readonly gates: readonly g.Network[];
  readonly units: number;
  readonly activation: g.Activation;
  readonly words?: { readonly note: readonly (string | null)[] };
  readonly random: g.RandomStream;
}
const gated = definePart('acme/gated', ({ body, gates, units, activation, random }: GatedOptions): g.Network => {
  const offset = tf.tidy(() => tf.variable(tf.zeros([units])));
  const last = g.dense({ inputs: units, units, random });
  const networks = [body, ...gates, last];
  return {
    apply: (x) => {
      const gate = gates.reduce((sum, one) => tf.add(sum, one.apply(x)), offset as Tensor);
      return last.apply(tf.mul(body.apply(x), activation(gate)));
    },
    variables: [...body.variables, offset, ...new Set(networks.slice(1).flatMap(({ variables }) => variables))],
    buffers: networks.flatMap(({ buffers = [] }) => buffers),
    dispose: () => {
      offset.dispose();
      networks.forEach((network) => network.dispose());
    },
  };
});

const makers = [scale, square, counted, gated];
const dense = (name: string): g.Network => g.dense({ inputs: 3, units: 3, random: random.fork(name) });
const gatedBy = (...gates: g.Network[]): g.Network =>
  gated({ body: dense('body'), gates, units: 3, activation: g.sigmoid, words: { note: ['a', null] }, random });

/** Other numbers than those with which parts begin. */
function change({ variables, buffers = [] }: g.Part): void {
  for (const variable of new Set([...variables, ...buffers])) {
    tf.tidy(() => variable.assign(tf.add(variable, g.createRandom(7).fork(variable.name).uniform(variable.shape))));
  }
}

const schedule = g.cosineSchedule({ steps: 4 });
const networks: Readonly<Record<string, () => g.Network>> = {
  'a layer alone': () => scale({ size: 3 }),
  'a layer without variables': () => g.sequential([dense('a'), square()]),
  'a layer with a buffer': () => g.residual(counted()),
  'parts among its options': () => gatedBy(dense('a'), scale({ size: 3, start: 2 })),
  'a part that occurs twice': () => {
    const shared = scale({ size: 3 });
    return g.sequential([shared, gatedBy(shared, dense('a')), g.residual(shared)]);
  },
  'a frozen one': () => g.sequential([g.freeze(gatedBy(counted())), scale({ size: 3 })]),
  'one of its own within': () => gatedBy(gatedBy(square())),
};

describe.each(Object.entries(networks))('%s', (_, make) => {
  test('gives the same bits after it was saved and loaded, and can be saved again', async () => {
    const network = make();
    change(network);
    const file = await saveModel(network, { metadata: 1 });
    const { numTensors } = tf.memory();
    const loaded = await loadModel(file, { makers, as: 'network' });
    expect(tf.memory().numTensors - numTensors).toBe(new Set([...network.variables, ...(network.buffers ?? [])]).size);
    expect(await numbers(loaded.variables)).toEqual(await numbers(network.variables));
    expect(await saveModel(loaded, { metadata: 1 })).toEqual(file);
    const x = g.createRandom(2).normal([4, 3]);
    expect(await numbers([loaded.apply(x, { training: true })])).toEqual(
      await numbers([network.apply(x, { training: true })]),
    );
    expect(g.countParameters(loaded)).toBe(describeModel(file).parts['part']!.parameters);
    loaded.dispose();
    loaded.dispose();
    x.dispose();
  });
});

test('a denoiser and a decoder of such networks, and a decoder with a likelihood of one’s own, are loaded by kind', async () => {
  const likelihood: g.Likelihood = { ...g.bernoulli, name: 'own' };
  const decoder = definePart('acme/decoder', ({ network }: { network: g.Network }) =>
    g.createDecoder(network, { likelihood }),
  );
  const model = {
    denoiser: g.createDenoiser(gatedBy(square()), { schedule, predicts: g.predictNoise }),
    decoder: g.createDecoder(scale({ size: 3 }), { likelihood: g.bernoulli }),
    own: decoder({ network: g.sequential([dense('d'), square()]) }),
  };
  Object.values(model).forEach(change);
  const as = { denoiser: 'denoiser', decoder: 'decoder', own: 'decoder' } as const;
  const file = await saveModel(model);
  const loaded = await loadModel(file, { as, makers: [...makers, decoder] });
  const z = g.createRandom(2).normal([4, 3]);
  const t = tf.tensor1d([0, 1, 2, 3], 'int32');
  const doings = ({ denoiser, decoder, own }: typeof model) =>
    numbers([denoiser.estimate(z, t).sample, decoder.mean(z), own.mean(z), own.likelihood.logProb(z, own.decode(z))]);
  expect(await doings(loaded as never)).toEqual(await doings(model));
  expect(loaded.own.likelihood).toBe(likelihood);
  // what is not asked for needs no function
  const alone = await loadModel(file, { as: { decoder: 'decoder' }, makers: [scale] });
  expect(await numbers([alone.decoder.mean(z)])).toEqual(await numbers([model.decoder.mean(z)]));
});

async function messageOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return (error as Error).message;
  }
  return '';
}

const any = (value: unknown): never => value as never;
const another = definePart('acme/scale', (options: { size: number }) => scale(options));
const fileOf = (part: g.Part): Promise<Uint8Array> => saveModel(part);
const unlisted = definePart('acme/unlisted', ({ body }: { body: g.Network }): g.Network => ({
  ...body,
  variables: [],
}));
const whole = definePart('acme/whole', (): g.Network => {
  const count = tf.tidy(() => tf.variable(tf.scalar(0, 'int32'), false));
  return { apply: (x) => tf.clone(x), variables: [], buffers: [count], dispose: () => count.dispose() };
});

/** Saves a part, and loads it with another function of the same name. */
const reloaded = async (part: g.Part, make: () => g.Part): Promise<unknown> => {
  const file = await saveModel(part);
  return loadModel(file, { makers: [definePart(describeModel(file).parts['part']!.kind, make)] });
};
const shared = (): g.Network => dense('shared');

test.each<readonly [says: string, run: () => unknown]>([
  [
    "definePart: `name` must be words with a slash between them, such as 'acme/scale'; got 'dense'.",
    () => definePart('dense', any(dense)),
  ],
  ["got 'acme/'.", () => definePart('acme/', any(dense))],
  ['got 3.', () => definePart(any(3), any(dense))],
  ['definePart: `make` must be a function; got undefined.', () => definePart('acme/x', any(undefined))],
  [
    'definePart: `make of acme/x` must return a part, with variables and dispose; got undefined.',
    () => definePart('acme/x', (() => undefined) as unknown as (options: object) => g.Part)({}),
  ],
  ['definePart: `options of acme/scale` must be one record; got 3.', () => scale(any(3))],
  ['definePart: `options of acme/scale` must be one record; got {', () => scale(any(shared()))],
  [
    'definePart: `start of acme/scale` must be data, a part, a stream, or a value of this library in the option of its name; got the function sine. A file holds no code: pass a word instead.',
    () => scale(any({ size: 2, start: function sine() {} })),
  ],
  ['in the option of its name; got the function relu.', () => scale(any({ size: 2, start: g.relu }))],
  ['definePart: `size of acme/scale` must be a value that JSON can hold; got NaN.', () => scale({ size: NaN })],
  [
    'definePart: `start of acme/scale.at[1]` must be a value that JSON can hold; got',
    () => scale(any({ size: 2, start: { at: [1, () => 1] } })),
  ],
  [
    'saveModel: `model` must not have two functions of one name; got acme/scale, in sequential[1].',
    () => saveModel(g.sequential([scale({ size: 3 }), another({ size: 3 })])),
  ],
  [
    'saveModel: `model` must list the variables of all its parts; got acme/unlisted.',
    () => saveModel(unlisted({ body: shared() })),
  ],
  ['saveModel: `model` must have variables of float32; got acme/whole.', () => saveModel(whole())],
  [
    'Parts of your own get what they share as options, and are networks where they are within others.',
    () => {
      const body = shared();
      const again = definePart('acme/again', () => ({ ...body }));
      return saveModel(g.sequential([body, g.flatten(), again()]));
    },
  ],
  [
    'saveModel: `model` must be made only by functions of this library; got one of your own',
    () => saveModel({ ...scale({ size: 3 }) }),
  ],
  [
    'loadModel: `makers` must be an array of functions from definePart of different names; got 3.',
    async () => loadModel(await fileOf(square()), { makers: any(3) }),
  ],
  [
    'from definePart of different names; got the function relu.',
    async () => loadModel(await fileOf(square()), { makers: [any(g.relu)] }),
  ],
  [
    'from definePart of different names; got a second acme/scale.',
    async () => loadModel(await fileOf(square()), { makers: [scale, square, another] }),
  ],
  [
    "loadModel: `makers` must have the function that makes acme/layers/square, acme/scale; got none. Pass { makers: [...] } with what definePart('acme/layers/square', ...) returned.",
    async () => loadModel(await fileOf(g.sequential([square(), scale({ size: 3 })]))),
  ],
  [
    '`makers` must have the function that makes acme/layers/square; got acme/scale.',
    async () => loadModel(await fileOf(g.sequential([square(), scale({ size: 3 })])), { makers: [scale] }),
  ],
  [
    'loadModel: `bytes` must have ["network",[[2]],[]], as acme/scale makes; got ["network",[[3]],[]]. The function has changed since,',
    () => reloaded(scale({ size: 3 }), () => scale({ size: 2 })),
  ],
  [
    'must have ["network",[[2],[2]],[]],',
    () => reloaded(scale({ size: 2 }), () => g.sequential([scale({ size: 2 }), scale({ size: 2 })])),
  ],
  [
    'must have ["network",[],[[3]]],',
    () =>
      reloaded(scale({ size: 3 }), () => {
        const { variables: buffers, ...others } = scale({ size: 3 });
        return { ...others, variables: [], buffers };
      }),
  ],
  [
    'must have one more variable [3, 9], as acme/scale makes; got ["network",[[3]],[]].',
    () => reloaded(scale({ size: 3 }), () => g.dense({ inputs: 3, units: 9, random })),
  ],
  [
    'loadModel: `bytes` must have ["generator",',
    () => reloaded(scale({ size: 3 }), () => g.createGenerator(scale({ size: 3 }), { latentSize: 3 })),
  ],
  // a network that lives outside would lose its weights
  [
    'loadModel: `bytes` must have variables of its own, as acme/scale makes;',
    async () => {
      const outside = scale({ size: 3 });
      return reloaded(outside, () => outside);
    },
  ],
  [
    'loadModel: `bytes` must describe a valid part in layer 0 of the list; got no such option.',
    () =>
      reloaded(square(), () => {
        throw new Error('no such option');
      }),
  ],
  [
    'definePart: `make of acme/layers/square` must return a part',
    () =>
      reloaded(
        square(),
        any(
          definePart(
            'acme/layers/square',
            any(() => 3),
          ),
        ),
      ),
  ],
  [
    'saveStateDict: `part` must be made by functions of this library; got acme/scale with 1 variables at 0..',
    () => saveStateDict(g.sequential([scale({ size: 3 })])),
  ],
])('%s', async (says, run) => {
  const message = await messageOf(run);
  expect(message).toContain(says);
  expect(message.length).toBeLessThanOrEqual(300);
});

/** A layer of this library under a name of its own, whose size is an option. */
const wide = definePart('acme/wide', ({ units, random }: { units: number; random: g.RandomStream }) =>
  g.sequential([g.dense({ inputs: 3, units, random }), counted()]),
);

describe('a file whose description was changed by hand', () => {
  const own = '"own":{"as":"network","inputs":{"random":"random"},"variables":[[3,3],[3]],"buffers":[[]]}';

  test.each<readonly [from: string, to: string, says: string]>([
    ['"units":3', '"units":50000000', 'must have one more variable [3, 50000000], as acme/wide makes;'],
    ['"units":3', '"units":-1', 'got dense: `units` must be a positive integer; got -1.'],
    [
      '[[3,3],[3]]',
      '[[3,1000000000],[3]]',
      'must contain all tensors of its description; got 3, without one of shape [3, 1000000000]',
    ],
    ['[[3,3],[3]]', '[[3,-3],[3]]', 'must describe the variables of parts; got {"as":"network",'],
    ['[[3,3],[3]]', '[[3,3],[3],0]', 'must refer to variables of its parts; got 0 in acme/wide.'],
    ['[[3,3],[3]]', '[[3,3]]', "must contain the tensor '1' as F32 [], as its description says; got F32 [3]."],
    ['[[3,3],[3]]', '3', 'must describe the variables of parts; got'],
    ['"buffers":[[]]', '"buffers":[["3"]]', 'must describe the variables of parts; got'],
    ['"as":"network"', '"as":"vae"', 'must describe the variables of parts; got'],
    ['"as":"network"', '"as":"decoder"', 'must have ["network",[[3,3],[3]],[[]]], as acme/wide makes; got ["decoder",'],
    ['"random":"random"', '"random":"code"', 'must describe the variables of parts; got'],
    ['"random":"random"', '"random":0', 'got dense: `random` must be a random stream; got undefined.'],
    ['"random":"random"', '"units":"value"', 'got dense: `random` must be a random stream; got undefined.'],
    ['"inputs":{', '"inputs":{"__proto__":"random",', ''],
    ['"inputs":{', '"inputs":3,"a":{', 'must describe the variables of parts; got'],
    [own, '"own":3', 'must have a part of a user in layer 0 of the list that is an object; got 3.'],
    [own, '"parts":[]', 'must consist of layers and parts of this library; got "acme/wide" in layer 0 of the list.'],
    ['"acme/wide"', '"dense"', 'must consist of layers and parts of this library; got "dense" in layer 0 of the list.'],
    ['"acme/wide"', '"acme/wider"', '`makers` must have the function that makes acme/wider; got acme/wide.'],
    ['"acme/wide"', '"acme/"', 'must consist of layers and parts of this library; got "acme/" in layer 0'],
  ])('%s as %s', async (from, to, says) => {
    const file = await saveModel(wide({ units: 3, random }));
    const text = textOf(descriptionOf(file));
    expect(text).toContain(own);
    expect(text).toContain(from);
    const { numTensors, numBytes } = tf.memory();
    const forged = forge(file, { model: text.replace(from, to) });
    const message = await messageOf(() => loadModel(forged, { makers: [wide] }));
    expect(message).toContain(says);
    if (says !== '') expect(tf.memory()).toMatchObject({ numTensors, numBytes });
  });
});

test('a file is described without the functions, down to the layers that the parts were given', async () => {
  const file = await saveModel(g.sequential([gatedBy(dense('gate')), square()]));
  const { numTensors } = tf.memory();
  const { parts } = describeModel(file);
  expect(parts['part']).toMatchObject({
    as: 'network',
    kind: 'sequential',
    parameters: 3 * 12 + 3,
    parts: [
      {
        kind: 'acme/gated',
        options: { activation: 'sigmoid', units: 3, words: { note: ['a', null] } },
        parameters: 3 * 12 + 3,
        parts: [
          { kind: 'dense', parameters: 12 },
          { kind: 'dense', parameters: 12 },
        ],
      },
      { kind: 'acme/layers/square', options: {}, parameters: 0, parts: [] },
    ],
  });
  expect(tf.memory().numTensors).toBe(numTensors);
});

test('a function that throws after others were made leaves no tensor', async () => {
  const file = await saveModel(g.sequential([dense('a'), scale({ size: 3 }), gatedBy(counted()), square()]));
  const broken = definePart('acme/layers/square', (): g.Network => {
    throw new Error('broken');
  });
  const { numTensors, numBytes } = tf.memory();
  const loading = loadModel(file, { makers: [scale, gated, counted, broken] });
  await expect(loading).rejects.toMatchObject({ cause: expect.objectContaining({ message: 'broken' }) as Error });
  expect(tf.memory()).toMatchObject({ numTensors, numBytes });
});

test('what functions of this library make keeps what they noted: it is exported, too', async () => {
  const block = definePart('acme/block', ({ random }: { random: g.RandomStream }) =>
    g.mlp({ sizes: [3, 4, 2], random }),
  );
  const [named, plain] = [block({ random }), g.mlp({ sizes: [3, 4, 2], random })];
  expect(await saveOnnx(named)).toEqual(await saveOnnx(plain));
  expect(await saveStateDict(named)).toEqual(await saveStateDict(plain));
  expect(await saveModel((await loadModel(await saveModel(named), { makers: [block] })) as g.Network)).toEqual(
    await saveModel(named),
  );
});

test('it trains, and its weights are saved, loaded and averaged as those of any other network', async () => {
  const [network, copy] = [gatedBy(scale({ size: 3 })), gatedBy(scale({ size: 3 }))];
  change(network);
  await g.loadWeights(copy, await g.saveWeights(network));
  expect(await numbers(copy.variables)).toEqual(await numbers(network.variables));
  expect(g.countParameters(g.freeze(network))).toBe(0);
});

test('a description in wrong forms is refused in one sentence or fits the weights, and leaves no tensor', async () => {
  const skip = definePart('acme/skip', ({ body, activation }: { body: g.Network; activation: g.Activation }) => ({
    ...body,
    apply: (x: Tensor) => tf.add<Tensor>(x, activation(body.apply(x))),
  }));
  const body = wide({ units: 3, random: random.fork('body') });
  const file = await saveModel(g.sequential([wide({ units: 3, random }), skip({ body, activation: g.relu }), body]));
  const memory = tf.memory();
  const found = { refused: 0, loaded: 0 };
  for (const [name, edit] of Object.entries(edits)) {
    const dice = createDice(seedOf(name));
    for (let i = 0; i < 6; i++) {
      const where = `${name}, number ${i}`;
      const loading = loadModel(mutantOf(file, edit, dice), { makers: [wide, skip] });
      const result = await loading.catch((error: unknown) => error as Error);
      if (result instanceof Error) {
        expect(result.message, where).toMatch(/^loadModel: `(bytes|makers)` [^\n]+; got [^\n]+$/);
        found.refused++;
      } else {
        found.loaded++;
        for (const part of 'variables' in result ? [result] : Object.values(result)) (part as g.Part).dispose();
      }
      expect([tf.memory().numTensors, tf.memory().numBytes], where).toEqual([memory.numTensors, memory.numBytes]);
    }
  }
  expect(found.refused).toBeGreaterThan(100);
  expect(found.loaded).toBeGreaterThan(0);
});

/** Parts of each kind that functions make by hand, without the note of any function of this library. */
const byHand: Readonly<Record<string, () => g.Part>> = Object.fromEntries(
  Object.entries(parts).map(([name, make]) => [name, () => ({ ...make()[1] })]),
);

test.each(Object.entries(byHand))('a %s made by hand is loaded as what it is', async (name, make) => {
  const [kind] = parts[name]!();
  const own = definePart('acme/own', (): g.Part => make());
  const file = await saveModel({ one: own() });
  const { one } = await loadModel(file, { makers: [own], as: { one: kind } });
  expect(Object.keys(one)).toEqual(Object.keys(make()));
  expect(describeModel(file).parts['one']!.as).toBe(kind);
});

test('a prior in a file of an earlier version, which calls it a network, is loaded as one', async () => {
  const own = definePart('acme/prior', (): g.Part => ({
    variables: [],
    dispose: () => undefined,
    ...{ sample: g.gaussianPrior.sample, logProb: g.gaussianPrior.logProb },
  }));
  const file = await saveModel({ prior: own() });
  const description = textOf(descriptionOf(file));
  expect(description).toContain('"as":"prior"');
  const earlier = forge(file, { model: description.replace('"as":"prior"', '"as":"network"') });
  const { prior } = await loadModel(earlier, { makers: [own], as: { prior: 'network' } });
  expect(prior).toHaveProperty('logProb');
  await expect(loadModel(earlier, { makers: [own], as: { prior: 'decoder' } })).rejects.toThrow('of the kind decoder');
});
