import { describe, expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { describeModel, saveModel, type LayerDescription } from '../../src/model/index.js';
import type { Part } from '../../src/nets/network.js';
import { networks, parts } from './models.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = g.createRandom(1);
const layersOf = async (part: Part): Promise<LayerDescription> => describeModel(await saveModel(part)).parts['part']!;
const outline = ({ kind, parts }: LayerDescription): string =>
  kind + (parts.length > 0 ? `(${parts.map(outline).join(' ')})` : '');

test.each<readonly [outline: string, make: () => g.Network]>([
  ['mlp(dense dense)', () => g.mlp({ sizes: [3, 4, 2], random })],
  [
    'convDecoder(dense reshape conv2dTranspose conv2dTranspose)',
    () => g.convDecoder({ inputs: 2, shape: [8, 8, 1], widths: [4, 2], random }),
  ],
  ['convEncoder(conv2d flatten dense)', () => g.convEncoder({ shape: [8, 8, 1], widths: [2], outputs: 3, random })],
  ['attention(dense dense)', () => g.attention({ inputs: 4, random })],
  ['spectralNorm(dense)', () => g.spectralNorm(g.dense({ inputs: 2, units: 2, random }))],
  ['freeze(dense)', () => g.freeze(g.dense({ inputs: 2, units: 2, random }))],
])('the layers are %s', async (expected, make) => {
  expect(outline(await layersOf(make()))).toBe(expected);
});

test('each layer has its own options and parameters, with defaults', async () => {
  const { parts } = await layersOf(g.mlp({ sizes: [3, 4, 2], random }));
  expect(parts).toEqual([
    { kind: 'dense', options: { inputs: 3, units: 4, activation: 'relu' }, parts: [], parameters: 16 },
    { kind: 'dense', options: { inputs: 4, units: 2, activation: null }, parts: [], parameters: 10 },
  ]);
});

test('a U-Net is described down to the layers of its blocks, and a skip connection by what is in it', async () => {
  const { parts } = await layersOf(g.unet({ channels: 1, widths: [8, 16], attention: [1], groups: 4, random }));
  const [whole] = parts;
  expect(whole!.kind).toBe('withTimesteps');
  expect(outline(whole!)).toContain('sequential(timeEmbedding dense dense)');
  expect(outline(whole!)).toContain('residual(sequential(groupNorm attention(dense dense)))');
});

describe('the parameters of a part are those of the layers in it, or its own', () => {
  const all: readonly (readonly [string, () => Part])[] = [
    ...networks.map(({ name, make }) => [name, () => make(g.createRandom(1))] as const),
    ...Object.entries(parts).map(([name, make]) => [name, () => make()[1]] as const),
  ];
  // layers that occur twice count once; these have variables besides those of their parts
  const others = ['a layer that occurs twice', 'createVampPrior'];

  test.each(all)('%s', async (name, make) => {
    const part = make();
    const check = ({ kind, parts, parameters }: LayerDescription): void => {
      parts.forEach(check);
      if (kind === 'freeze') expect(parameters).toBe(0);
      else if (parts.length > 0 && ![name, kind].some((one) => others.includes(one)))
        expect([kind, parts.reduce((sum, inner) => sum + inner.parameters, 0)]).toEqual([kind, parameters]);
    };
    const described = await layersOf(part);
    expect(described.parameters).toBe(g.countParameters(part));
    check(described);
  });
});
