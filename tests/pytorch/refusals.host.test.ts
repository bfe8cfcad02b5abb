import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  conv2d,
  createRandom,
  dense,
  flatten,
  groupNorm,
  mlp,
  reshape,
  sequential,
  type Network,
} from '../../src/index.js';
import { loadStateDict, saveStateDict, stateDictEntries } from '../../src/pytorch/index.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = createRandom(1);
const network = (): Network => mlp({ sizes: [4, 4], random });
const convolution = (name: string) => conv2d({ inputs: 2, filters: 3, kernelSize: 3, random: random.fork(name) });
const flattening = () => sequential([convolution('a'), flatten(), dense({ inputs: 12, units: 1, random })]);
const any = (value: unknown): never => value as never;

test.each<[string, () => unknown, string]>([
  [
    'nothing',
    () => stateDictEntries(any(undefined)),
    '`part` must be a network or a part, or a record of them; got undefined',
  ],
  ['an empty record', () => stateDictEntries({}), '`part` must be a network or a part, or a record of them; got {}'],
  ['an option of another name', () => stateDictEntries(network(), any({ name: 'x' })), "got the key 'name'"],
  [
    'a prefix that is a list',
    () => stateDictEntries(network(), any({ prefix: ['a'] })),
    "`prefix` must be a string such as 'decoder.'",
  ],
  [
    'names in an array',
    () => stateDictEntries(network(), any({ names: 'fc' })),
    "`names` must be a record of names, or a function; got 'fc'",
  ],
  [
    'a function without a name',
    () => stateDictEntries(network(), any({ names: () => undefined })),
    '`names("0.weight")` must be a name; got undefined',
  ],
  [
    'one name for two',
    () => stateDictEntries(network(), { names: () => 'w' }),
    '`names` must give each tensor a different name; got w for 0.weight and 0.bias',
  ],
  [
    'a beginning that no name has',
    () => stateDictEntries(network(), { names: { fc1: 'a', '1': 'b' } }),
    "`names` must have prefixes of names of the structure as its keys; got 'fc1'",
  ],
  [
    "images: 'channels first'",
    () => stateDictEntries(network(), any({ images: 'channels first' })),
    "`images` must be 'NCHW' or 'NHWC'",
  ],
  ['input: 28', () => stateDictEntries(network(), any({ input: 28 })), '`input` must be an array of numbers; got 28'],
  [
    'a flatten of maps of an unknown size',
    () => stateDictEntries(flattening()),
    '`input` must be the shape of one example, as the part flattens maps; got none. Pass the sizes of an image: { input: [28, 28, 1] }',
  ],
  [
    'the shape of another example',
    () => stateDictEntries(flattening(), { input: [4, 4, 2] }),
    '`input` must be the shape of one example; got one with 48 features, but 2.weight has 12',
  ],
  [
    'a part of your own',
    () => stateDictEntries({ ...network() }),
    '`part` must be made by functions of this library; got a part of your own with 2 variables',
  ],
  [
    'a layer of your own',
    () => stateDictEntries(sequential([network(), { ...network(), variables: [tf.variable(tf.ones([2]))] }])),
    'got a part of your own with 1 variables at 1.',
  ],
  [
    'a flattened map at the end',
    () => stateDictEntries(sequential([convolution('a'), flatten()]), { input: [4, 4, 2] }),
    '`part` must have flattened maps only between layers',
  ],
  [
    'a flattened map in groups',
    () =>
      stateDictEntries(
        sequential([
          convolution('a'),
          flatten(),
          groupNorm({ inputs: 12, groups: 2 }),
          dense({ inputs: 12, units: 1, random }),
        ]),
        { input: [2, 2, 2] },
      ),
    'must have flattened maps only between layers',
  ],
  [
    'a reshape at the start',
    () => stateDictEntries(sequential([reshape({ shape: [2, 2, 2] }), convolution('a')])),
    'must have flattened maps only between layers',
  ],
  [
    'one row as two maps',
    () =>
      stateDictEntries(sequential([convolution('a'), flatten(), reshape({ shape: [3, 2, 2] }), convolution('b')]), {
        input: [2, 2, 2],
      }),
    '`part` must use features as only one map; got features of [2, 2, 3] as [3, 2, 2]',
  ],
  [
    "dtype: 'half'",
    () => saveStateDict(network(), any({ dtype: 'half' })),
    "`dtype` must be 'F32' or 'F16'; got 'half'",
  ],
  [
    'an example without inputs',
    () => saveStateDict(network(), { example: { inputs: {}, run: () => tf.ones([1]) } }),
    '`example.inputs` must be a record of tensors; got {}',
  ],
  [
    'an example without run',
    () => saveStateDict(network(), any({ example: { inputs: { x: tf.ones([1]) } } })),
    '`example.run` must be a function; got undefined',
  ],
  [
    'a tolerance below 0',
    () => loadStateDict(network(), new Uint8Array(8), { example: { run: () => tf.ones([1]), tolerance: -1 } }),
    '`example.tolerance` must be finite and at least 0; got -1',
  ],
  ['bytes that are none', () => loadStateDict(network(), any('file')), "`bytes` must be a Uint8Array; got 'file'"],
])('%s is refused in one sentence', async (_, call, message) => {
  const error = await Promise.resolve()
    .then(call)
    .then(
      () => new Error('nothing was refused'),
      (error: unknown) => error as Error,
    );
  expect(error.message).toContain(message);
  expect(error.message).toMatch(/^\w+: `[^\n]+\.$/);
});
