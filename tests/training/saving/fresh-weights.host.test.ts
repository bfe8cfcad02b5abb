import { describe, expect, it } from 'vitest';
import {
  batchNorm,
  createRandom,
  dense,
  embedding,
  loadWeights,
  saveWeights,
  sequential,
  unet,
  type Network,
  type Part,
} from '../../../src/index.js';
import { saveModel } from '../../../src/model/index.js';

const random = createRandom(42);
const values = (part: Part): number[][] =>
  [...part.variables, ...(part.buffers ?? [])].map((one) => [...one.dataSync()]);
const layer = (inputs: number, units: number): Network => dense({ inputs, units, random: random.fork(`${inputs}`) });
const other = (inputs: number, units: number): Network => dense({ inputs, units, random: random.fork('other') });

describe('loadWeights with fresh parts', () => {
  it('loads a body, and leaves a head of another size', async () => {
    const old = sequential([layer(3, 4), layer(4, 2)]);
    const [body, head] = [other(3, 4), other(4, 5)];
    const before = values(head);
    await loadWeights(sequential([body, head]), await saveWeights(old), { fresh: [head] });
    expect(values(body)).toEqual(values(old).slice(0, 2));
    expect(values(head)).toEqual(before);
  });

  it('loads what comes before and after a part with more or fewer tensors', async () => {
    const [first, last] = [layer(3, 4), layer(6, 2)];
    const file = await saveWeights(sequential([first, layer(4, 5), layer(5, 6), last]));
    for (const middle of [sequential([other(4, 6)]), sequential([other(4, 7), other(7, 7), other(7, 6)])]) {
      const [one, two] = [other(3, 4), other(6, 2)];
      const before = values(middle);
      await loadWeights(sequential([one, middle, two]), file, { fresh: [middle] });
      expect([values(one), values(two), values(middle)]).toEqual([values(first), values(last), before]);
    }
  });

  it('leaves single variables, such as the class vectors of a network', async () => {
    const make = (classes: number) => unet({ channels: 1, widths: [8, 8], classes, random: random.fork(`${classes}`) });
    const [old, network] = [make(3), make(2)];
    const index = network.variables.findIndex(({ shape }, i) => shape.join() !== old.variables[i]!.shape.join());
    const before = values(network)[index];
    await loadWeights(network, await saveModel(old), { fresh: [network.variables[index]!] });
    values(network).forEach((numbers, i) => expect(numbers).toEqual(i === index ? before : values(old)[i]));
  });

  it('leaves scattered variables if the file has as many tensors', async () => {
    const body = layer(2, 3);
    const file = await saveWeights(sequential([body, batchNorm({ inputs: 3 }), layer(3, 1)]));
    const norm = batchNorm({ inputs: 4 });
    const network = sequential([layer(2, 3), norm, layer(3, 1)]);
    await loadWeights(network, file, { fresh: [norm] });
    const wrong = sequential([norm, embedding({ classes: 2, size: 3, random })]);
    await expect(loadWeights(wrong, file, { fresh: [norm] })).rejects.toThrow('with those that are fresh in one row');
  });

  it('changes nothing if the rest does not fit, or if something else is fresh', async () => {
    const file = await saveWeights(sequential([layer(3, 4), layer(4, 2)]));
    const [body, head] = [other(3, 5), other(5, 2)];
    const before = values(body);
    await expect(loadWeights(sequential([body, head]), file, { fresh: [head] })).rejects.toThrow('bytes: 0');
    await expect(loadWeights(sequential([body, head]), file)).rejects.toThrow('bytes: 0');
    await expect(loadWeights(body, file, { fresh: [head] })).rejects.toThrow('must be a part or a variable of `part`');
    expect(values(body)).toEqual(before);
  });
});
