import { layers as layer, sequential } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { fromLayersModel } from '../../src/layers/index.js';
import { definePart, loadModel, saveModel } from '../../src/model/index.js';
import { createRandom } from '../../src/random/index.js';
import { read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

test('a tfjs layers model is saved in a model file if the function that makes it has a name', async () => {
  const model = ({ units }: { units: number }) => {
    const layers = [layer.dense({ units, inputShape: [3] }), layer.batchNormalization()];
    return fromLayersModel(sequential({ layers }));
  };
  const named = definePart('acme/layers', model);
  const network = named({ units: 2 });
  for (const variable of [...network.variables, ...network.buffers!])
    variable.assign(createRandom(1).fork(variable.name).uniform(variable.shape, 0.5, 1));
  const loaded = await loadModel(await saveModel(network), { makers: [named], as: 'network' });
  const x = createRandom(2).normal([4, 3]);
  expect(await read(loaded.apply(x))).toEqual(await read(network.apply(x)));
  await expect(saveModel(model({ units: 2 }))).rejects.toThrow('got one of your own or of fromLayersModel. Name its');
});
