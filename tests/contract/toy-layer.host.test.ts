import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, test } from 'vitest';
import { createRandom, dense, mlp, sequential, type Network } from '../../src/index.js';
import { describeModel, loadModel, saveModel } from '../../src/model/index.js';
import { makers, type Maker } from '../../src/model/makers.js';
import { createLayer } from '../../src/nets/layer.js';
import { newVariable } from '../../src/nets/new-variable.js';
import { loadStateDict, saveStateDict, stateDictEntries } from '../../src/pytorch/index.js';
import type { Visit } from '../../src/pytorch/flow.js';
import { layerVisits } from '../../src/pytorch/layer-visits.js';
import { checkInteger } from '../../src/tensor/checks.js';
import { madeBy } from '../../src/tensor/made-by.js';
import { readOptions } from '../../src/tensor/options.js';
import { inScope } from '../support/in-scope.js';

/** A layer as the file of a new one has it: it multiplies each feature by a factor of its own. */
function toyScale(options: { readonly inputs: number }): Network {
  const read = readOptions('toyScale', options, { inputs: checkInteger });
  const factors = newVariable([read.inputs], () => tf.ones([read.inputs]));
  const made = createLayer([factors], (input) => tf.mul(input, factors));
  return madeBy('toyScale', read, made);
}

/** What the lists of `/model` and `/pytorch` gain: with its own file and the index, all that a layer touches in `src/`. */
function addToLists(): void {
  const maker: Maker = { minParts: 0, maxParts: 0, make: (options) => toyScale(options as never) };
  (makers as Map<string, Maker>).set('toyScale', maker);
  (layerVisits as Record<string, Visit>)['toyScale'] = (walk, { variables }, _, flow, path) => {
    const features = flow !== undefined && 'row' in flow ? [flow.row] : [];
    walk.slots.push({
      path: `${path}factor`,
      ours: 'factors',
      variable: variables[0],
      layout: 'the same',
      axes: [0],
      features,
    });
    return flow;
  };
}

const network = (): Network => {
  const random = createRandom(1);
  const layer = dense({ inputs: 3, units: 2, random: random.fork('last') });
  return sequential([mlp({ sizes: [4, 3], random }), toyScale({ inputs: 3 }), layer]);
};

inScope();
afterAll(() => {
  (makers as Map<string, Maker>).delete('toyScale');
  delete (layerVisits as Record<string, Visit>)['toyScale'];
});

test('a layer that is in no list is refused by files, in one sentence', async () => {
  await expect(saveModel(network())).rejects.toThrow('must be made only by functions of this library');
  expect(() => stateDictEntries(network())).toThrow('must be made by functions of this library');
});

test('a layer that is in both lists is saved and loaded in both formats', async () => {
  addToLists();
  const [made, other] = [network(), network()];
  for (const variable of made.variables) tf.tidy(() => variable.assign(tf.add(variable, 0.5)));
  const file = await saveModel(made);
  const { parts } = describeModel(file);
  expect(parts['part']!.parts[1]).toEqual({ kind: 'toyScale', options: { inputs: 3 }, parts: [], parameters: 3 });
  const loaded = await loadModel(file, { as: 'network' });
  expect(await saveModel(loaded)).toEqual(file);

  expect(stateDictEntries(made).map(({ name }) => name)).toEqual([
    '0.0.weight',
    '0.0.bias',
    '1.factor',
    '2.weight',
    '2.bias',
  ]);
  await loadStateDict(other, await saveStateDict(made));
  expect(await saveModel(other)).toEqual(file);
});
