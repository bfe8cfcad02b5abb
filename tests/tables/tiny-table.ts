import { createRandom } from '../../src/index.js';
import { createTableModel, describeTable, type Row, type TableModel } from '../../src/tables/index.js';

/** A table with every kind of column, missing cells, a combination and an order. */
export const tinyRows: readonly Row[] = Array.from({ length: 30 }, (_, i) => ({
  size: i % 7 === 0 ? null : Math.sin(i) * 10,
  count: (i * i) % 11,
  from: new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10),
  to: new Date(Date.UTC(2026, 0, 1 + i + (i % 4))).toISOString().slice(0, 10),
  country: ['Chile', 'Kenya', null][i % 3]!,
  city: ['Arica', 'Mombasa', 'Nakuru'][i % 3]!,
  open: i % 2 === 0,
}));

/** The description of {@link tinyRows}. */
export const tinyDescription = describeTable(tinyRows, {
  combinations: [['country', 'city']],
  orders: [['from', 'to']],
});

/** A small model of {@link tinyRows}. */
export function tinyTableModel(seed = 3): TableModel {
  return createTableModel({ description: tinyDescription, width: 6, layers: 1, random: createRandom(seed) });
}
