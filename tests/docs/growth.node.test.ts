import { expect, test } from 'vitest';
import {
  grown,
  measuredNames,
  recordedSizes,
  sizeTable,
  TOLERANCE,
  unexplained,
  weighed,
} from '../../scripts/growth.js';

const sizeOf = (size: number, name = '{ mlp }') => [{ name, size, sizeLimit: 6000 }];
const among = ['{ mlp }'];

test('the scale has at least twelve imports, each measured, with a recorded size', () => {
  expect(weighed.length).toBeGreaterThanOrEqual(12);
  expect(weighed.filter((name) => !measuredNames.includes(name))).toEqual([]);
  expect(Object.keys(recordedSizes())).toEqual([...weighed]);
  expect(Object.keys(grown).filter((name) => !weighed.includes(name))).toEqual([]);
});

test('an import may grow by the tolerance, and not by one byte more', () => {
  const check = (size: number) => unexplained(sizeOf(size), { '{ mlp }': 5000 }, { among, why: {} });
  expect(check(4000)).toEqual([]);
  expect(check(5000 + TOLERANCE)).toEqual([]);
  expect(check(5001 + TOLERANCE)).toEqual([expect.stringContaining(`{ mlp } has grown by ${1 + TOLERANCE} bytes`)]);
});

test('a reason allows the bytes that it names, if it says why', () => {
  const check = (size: number, why: string) =>
    unexplained(sizeOf(size), { '{ mlp }': 5000 }, { among, why: { '{ mlp }': { to: 5200, why } } });
  expect(check(5200, 'it names the layer')).toEqual([]);
  expect(check(5201, 'it names the layer')).toHaveLength(1);
  expect(check(5200, '')).toHaveLength(1);
});

test('a reason that has been recorded allows nothing more', () => {
  const why = { '{ mlp }': { to: 5200, why: 'it names the layer' } };
  expect(unexplained(sizeOf(5200 + TOLERANCE), { '{ mlp }': 5200 }, { among, why })).toEqual([]);
  expect(unexplained(sizeOf(5201 + TOLERANCE), { '{ mlp }': 5200 }, { among, why })).toHaveLength(1);
});

test('an import that was never recorded must be, and one that is not on the scale need not', () => {
  expect(unexplained(sizeOf(1), {}, { among, why: {} })).toEqual([expect.stringContaining('has no size')]);
  expect(unexplained(sizeOf(9e9, 'other'), {}, { among, why: {} })).toEqual([]);
});

test('the table shows the change of what was recorded', () => {
  const lines = sizeTable([...sizeOf(5060), ...sizeOf(4000, 'other')], { '{ mlp }': 5000 }).split('\n');
  expect(lines).toEqual([
    'gzipped       size      limit    change',
    '{ mlp }    5.06 kB    6.00 kB     +60 B',
    'other      4.00 kB    6.00 kB',
  ]);
});
