import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { describeModel, loadModel, saveModel } from '../../src/model/index.js';
import { createTableModel, describeTable, type TableDescription } from '../../src/tables/index.js';
import { descriptionOf, forge } from './description-mutants.js';
import { networks, parts } from './models.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = g.createRandom(1);

/** What the two readers of model files say of a description in a small file; undefined where they read it. */
async function refusalsOf(description: unknown, file?: Uint8Array): Promise<readonly (string | undefined)[]> {
  const bytes = forge(file ?? (await saveModel(g.flatten())), { model: JSON.stringify(description) });
  const readers = [() => loadModel(bytes), () => Promise.resolve().then(() => describeModel(bytes))];
  const results: (string | undefined)[] = [];
  for (const read of readers) {
    const result = await read().catch((error: unknown) => error as Error);
    results.push(result instanceof Error ? result.message : undefined);
  }
  return results;
}

const one = (kind: string, options: object): object => ({ version: 1, layers: [{ kind, options }], model: 0 });
const SIZE =
  /must (have sizes that are reasonable for its \d+ numbers|have options of reasonable size|be a part, or a file of saveModel)/;

test.each<[kind: string, options: object]>([
  ['dit', { size: 4, channels: 1, depth: 99999999 }],
  ['dit', { size: 1e9, channels: 1 }],
  ['timeEmbedding', { size: 1e8 }],
  ['transformer', { tokens: 2, length: 2, layers: 1e8 }],
  ['unet', { channels: 1, blocks: 1e8 }],
  ['unet1d', { channels: 1, blocks: 1e8, widths: new Array<number>(32).fill(8) }],
  ['createFlowPrior', { latentSize: 2, layers: 1e9 }],
  ['spectralNorm', { iterations: 1e9 }],
  ['upsample', { factor: 1e8 }],
  ['reshape', { shape: [1e15] }],
  ['createGenerator', { latentSize: 1e12 }],
  ['mlp', { sizes: new Array<number>(900_000).fill(3) }],
  ['timeEmbedding', { size: '99999998' }],
  ['timeEmbedding', { size: [[99999998]] }],
])('%s with a size beyond its file is refused by every reader: %#', async (kind, options) => {
  const inner = ['spectralNorm', 'createGenerator'].includes(kind);
  const description = inner
    ? { version: 1, layers: [{ kind: 'flatten' }, { kind, options, parts: [0] }], model: 1 }
    : one(kind, options);
  for (const message of await refusalsOf(description))
    expect(message).toMatch(/^\w+: `(bytes|part)` must [^\n]+; got [^\n]+$/);
  const [load] = await refusalsOf(description);
  if (!Object.values(options).some((value) => typeof value === 'string' || Array.isArray((value as unknown[])[0])))
    expect(load).toMatch(SIZE);
});

test('many sizes that are each allowed are refused together', async () => {
  const layers = Array.from({ length: 1000 }, () => ({ kind: 'timeEmbedding', options: { size: 2 ** 16 } }));
  const model = Object.fromEntries(layers.map((_, i) => [`a${i}`, i]));
  for (const message of await refusalsOf({ version: 1, layers, model })) expect(message).toMatch(SIZE);
});

test('layers without weights may have large sizes all the same', async () => {
  const made = [
    g.timeEmbedding({ size: 4096, maxPeriod: 1e9 }),
    g.sequential([g.reshape({ shape: [256, 256, 3] }), g.upsample({ factor: 64 })]),
    g.createGenerator(g.reshape({ shape: [512, 512, 3] }), { latentSize: 786_432 }),
    g.withClip(
      g.createDenoiser(g.denoisingMlp({ size: 2, width: 2, random }), {
        schedule: g.cosineSchedule({ steps: 4000 }),
        predicts: g.predictFlow,
      }),
      { clip: [-1e9, 1e9] },
    ),
  ];
  for (const part of made) await expect(loadModel(await saveModel(part))).resolves.toBeTypeOf('object');
});

const all: Readonly<Record<string, () => g.Part>> = {
  ...Object.fromEntries(networks.map(({ name, make }) => [name, () => make(g.createRandom(1))])),
  ...Object.fromEntries(Object.entries(parts).map(([name, make]) => [name, () => make()[1]])),
};

describe('every part', () => {
  test('is read from its file, in halves too, and no size of it can be 10^9', async () => {
    for (const [name, make] of Object.entries(all)) {
      const part = make();
      for (const dtype of ['F32', 'F16'] as const) {
        const again = await loadModel(await saveModel(part, { dtype }));
        expect(again, name).toBeTypeOf('object');
      }
      const file = await saveModel(part);
      tf.disposeVariables();
      const { layers, ...others } = descriptionOf(file) as unknown as {
        layers: { kind: string; options?: Record<string, unknown> }[];
      };
      const { numBytes } = tf.memory();
      for (const [i, { options = {} }] of layers.entries()) {
        for (const [option, value] of Object.entries(options)) {
          if (!Number.isInteger(value) || /Period|epsilon|clip|rate/i.test(option)) continue;
          const changed = layers.map((layer, j) =>
            i === j ? { ...layer, options: { ...options, [option]: 1e9 } } : layer,
          );
          const [load, describe] = await refusalsOf({ ...others, layers: changed }, file);
          // a standard deviation of 10^9 is no size
          if (option === 'standardDeviation' || option === 'commitment') continue;
          expect([load, describe], `${name}, ${option}`).toEqual([expect.any(String), expect.any(String)]);
        }
      }
      expect(tf.memory().numBytes, name).toBe(numBytes);
    }
  });
});

test('a table of 20,000 columns, in orders and combinations, is read', async () => {
  const { columns, ...rest } = describeTable([
    { a: 1.5, b: 2.5, c: 'x' },
    { a: 2, b: 9, c: 'y' },
  ]);
  const [number, , category] = columns as [TableDescription['columns'][0], unknown, TableDescription['columns'][0]];
  const names = Array.from({ length: 10_000 }, (_, i) => String(i));
  const { range, decimals, unit, quantiles, gaps } = number as never as Record<string, unknown>;
  const description = {
    ...rest,
    columns: names.flatMap((name) => [
      { ...number, name: `n${name}` },
      { ...category, name: `c${name}` },
    ]),
    orders: names
      .slice(1)
      .map((name, i) => ({
        low: `n${i}`,
        high: `n${name}`,
        least: 0,
        difference: { range, decimals, unit, quantiles, gaps },
      }))
      .filter((_, i) => i % 2 === 0),
    combinations: [{ columns: names.map((name) => `c${name}`), rows: [names.map(() => 0), names.map(() => 1)] }],
  } as unknown as TableDescription;
  const model = createTableModel({ description, width: 1, layers: 1, random });
  const loaded = await loadModel(await saveModel(model), { as: 'tableModel' });
  expect(loaded.description.columns.length).toBe(20_000);
});

test('layers in one another twice, forty times, are refused before they are gone through', async () => {
  const layers: object[] = [{ kind: 'flatten' }];
  for (let i = 0; i < 40; i++) layers.push({ kind: 'sequential', parts: [i, i] });
  for (const message of await refusalsOf({ version: 1, layers, model: 40 }))
    expect(message).toMatch(/^\w+: `(bytes|part)` must/);
});
