import { expect, test } from 'vitest';
import { createRandom } from '../../src/index.js';
import { loadModel, saveModel } from '../../src/model/index.js';
import { createTableModel, sampleTable, type TableDescription, type TableModel } from '../../src/tables/index.js';
import { tinyDescription, tinyTableModel } from './tiny-table.js';
import { inScope } from '../support/in-scope.js';

inScope();

test('a model file brings the description, as JSON, and the same rows', async () => {
  const model = tinyTableModel();
  const loaded = await loadModel(await saveModel(model), { as: 'tableModel' });
  expect(loaded.description).toEqual(tinyDescription);
  expect(JSON.parse(JSON.stringify(tinyDescription))).toEqual(tinyDescription);
  const rows = (one: TableModel) => sampleTable(one, 5, { random: createRandom(8), steps: 3 });
  expect(await rows(loaded)).toEqual(await rows(model));
});

type Tree = Record<string, unknown>;

/** Every place of a tree: what holds it, and its key there. */
function placesIn(tree: unknown): [holder: Tree, key: string][] {
  if (tree === null || typeof tree !== 'object') return [];
  return Object.entries(tree).flatMap(([key, inner]) => [[tree as Tree, key], ...placesIn(inner)]);
}

/** Points of a distribution function, of which a few stand for all. */
const isPoint = (holder: Tree, key: string): boolean => Array.isArray(holder) && Number(key) > 1 && holder.length > 20;

test('a description with another value in one place is refused in one sentence, or makes rows', async () => {
  const counts = { refused: 0, accepted: 0 };
  const places = placesIn(tinyDescription).length;
  for (let i = 0; i < places; i++) {
    for (const value of [null, -1, 0.5, 1e308, 'x', [], {}, true, undefined]) {
      const description = structuredClone<TableDescription>(tinyDescription);
      const [holder, key] = placesIn(description)[i]!;
      if (isPoint(holder, key)) continue;
      holder[key] = value;
      const where = `${key}: ${JSON.stringify(value)}`;
      let model: TableModel;
      try {
        model = createTableModel({ description, width: 2, layers: 1, random: createRandom(1) });
      } catch (error) {
        expect((error as Error).message, where).toMatch(
          /^createTableModel: `description` must be the description of a table; got .*\. Make it with describeTable\.$/,
        );
        counts.refused++;
        continue;
      }
      const rows = await sampleTable(model, 2, { random: createRandom(2), steps: 1 });
      expect(rows.length, where).toBe(2);
      model.dispose();
      counts.accepted++;
    }
  }
  // another name, category, count, note or number that is in order
  expect(counts.accepted).toBeLessThan(counts.refused / 3);
});
