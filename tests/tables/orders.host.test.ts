import { expect, test } from 'vitest';
import { createRandom } from '../../src/index.js';
import { createTableModel, describeTable, sampleTable, type Row, type SyntheticRow } from '../../src/tables/index.js';
import { read } from '../support/close.js';

/** Uniform numbers in (0, 1), the same ones each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => ((state = (state * 1664525 + 1013904223) >>> 0) + 0.5) / 2 ** 32;
}

const day = 86_400_000;
const iso = (moment: number): string => new Date(moment).toISOString();

/** How a column writes its numbers, which are thousandths or milliseconds. */
const WRITERS: Readonly<Record<string, (x: number, u: () => number) => Row[string]>> = {
  numbers: (x) => x / 7,
  decimals: (x) => Math.round(x) / 100,
  integers: (x) => Math.round(x),
  mixed: (x, u) => (u() < 0.5 ? Math.round(x) : Math.round(10 * x) / 10),
  Dates: (x) => new Date(1.6e12 + 1000 * Math.round(1e4 * x)),
  days: (x) => iso(1.6e12 + Math.floor(x) * day).slice(0, 10),
  months: (x) => iso(1.6e12 + Math.floor(x) * day).slice(0, 7),
  offsets: (x) => iso(1.6e12 + Math.floor(x) * day).slice(0, 16) + '+02:00',
};
const valueOf = (cell: unknown): number => (typeof cell === 'string' ? Date.parse(cell) : Number(cell));

/** Rows whose columns a, b, c, d rise along each order; cells are missing at random. */
function rising(
  orders: readonly (readonly [string, string])[],
  write: (name: string) => (typeof WRITERS)[string],
  gaps: number,
): Row[] {
  const u = numbers(11);
  return Array.from({ length: 60 }, () => {
    const sizes: Record<string, number> = { a: 400 * u() };
    for (const [low, high] of orders) sizes[high] = (sizes[low] ??= 400 * u()) + (u() < 0.2 ? 0 : 300 * u() ** 3);
    const row: Record<string, Row[string]> = { kind: 'xyz'[Math.floor(3 * u())]! };
    for (const [name, x] of Object.entries(sizes)) row[name] = u() < gaps ? null : write(name)(x, u);
    // rounding may turn an order around
    for (const [low, high] of orders) {
      if (row[low] !== null && row[high] !== null && valueOf(row[low]) > valueOf(row[high])) row[low] = null;
    }
    return row;
  });
}

const CHAIN = [['a', 'b'], ['b', 'c'], ['c', 'd']] as const; // prettier-ignore
const TREE = [['a', 'b'], ['a', 'c'], ['c', 'd']] as const; // prettier-ignore
const days = ['a', 'c'];

test.each<[string, readonly (readonly [string, string])[], (name: string) => (typeof WRITERS)[string], number]>([
  ...['numbers', 'decimals', 'integers', 'mixed', 'Dates', 'days', 'months', 'offsets'].flatMap((name) => [
    [`a chain of ${name}`, CHAIN, () => WRITERS[name]!, 0] as never,
    [`a tree of ${name} with missing cells`, TREE, () => WRITERS[name]!, 0.3] as never,
  ]),
  ['decimals and integers in turns', CHAIN, (name) => (days.includes(name) ? WRITERS['numbers']! : WRITERS['integers']!), 0.1], // prettier-ignore
  ['days and months in turns', CHAIN, (name) => (days.includes(name) ? WRITERS['days']! : WRITERS['months']!), 0.1], // prettier-ignore
])('known cells come back and orders hold in %s, whichever cells are known', async (_, orders, write, gaps) => {
  const rows = rising(orders, write, gaps);
  const description = describeTable(rows, { orders });
  const model = createTableModel({ description, width: 4, layers: 1, random: createRandom(1) });
  const u = numbers(3);
  // cells of real rows, from all sides; null where a value shall be filled in
  const known = rows.map((row) => {
    const share = u();
    return Object.fromEntries(Object.entries(row).filter(() => u() < share));
  });
  const made = await sampleTable(model, known.length, { random: createRandom(2), steps: 2, known });
  made.forEach((row, i) => {
    for (const [name, cell] of Object.entries(known[i]!)) if (cell !== null) expect(row[name]).toBe(cell);
    for (const [low, high] of orders) {
      if (row[low] === null || row[high] === null) continue;
      expect(valueOf(row[low]), `${JSON.stringify(known[i])} gave ${JSON.stringify(row)}`).toBeLessThanOrEqual(valueOf(row[high])); // prettier-ignore
    }
  });
  model.dispose();
});

test('known cells that contradict an order are refused before anything is drawn, with the row, also around a gap', async () => {
  const rows = rising(CHAIN, () => WRITERS['integers']!, 0);
  const model = createTableModel({ description: describeTable(rows, { orders: CHAIN }), width: 4, layers: 1, random: createRandom(1) }); // prettier-ignore
  const random = createRandom(2);
  const onStep = (): never => expect.unreachable();
  const call = (known: Row | readonly Row[]) => sampleTable(model, 2, { random, known, onStep });
  await expect(call({ a: 300, b: 200 })).rejects.toThrow(
    'sampleTable: `known.b` must be at least known.a, by the orders of the table; got 200 and 300.',
  );
  await expect(call([{}, { a: 300, d: 200 }])).rejects.toThrow('`known[1].d` must be at least known[1].a');
  model.dispose();
});

test('a known end of an unknown start has a start near those of real rows with this end', async () => {
  // the start is uniform, and the end follows 1 to 2 later: given the end, the start is 1 to 2 before it
  const draws = await read(createRandom(8).uniform([2000, 2]));
  const rows = Array.from({ length: 2000 }, (_, i) => {
    const from = 100 * draws[2 * i]!;
    return { from, to: from + 1 + draws[2 * i + 1]! };
  });
  const model = createTableModel({ description: describeTable(rows, { orders: [['from', 'to']] }), width: 4, layers: 1, random: createRandom(1) }); // prettier-ignore
  // untrained, the model has independent columns, as the table has: the start, and the difference
  const made = await sampleTable(model, 100, { random: createRandom(2), steps: 4, known: { to: 50 } });
  const errors = made.map((row: SyntheticRow) => Math.abs((row['from'] as number) - 48.5));
  expect(errors.sort((a, b) => a - b)[50]).toBeLessThan(2.5);
  model.dispose();
});
