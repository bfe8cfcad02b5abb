import { expect, test } from 'vitest';
import { grown, judgeSizes, measuredNames, recordedSizes, sizeTable, weighed } from '../../scripts/growth.js';

const sizeOf = (size: number, name = '{ mlp }') => [{ name, size, sizeLimit: 6000 }];
const among = ['{ mlp }'];

test('the scale has at least twelve imports, each measured, with a recorded size', () => {
  expect(weighed.length).toBeGreaterThanOrEqual(12);
  expect(weighed.filter((name) => !measuredNames.includes(name))).toEqual([]);
  expect(Object.keys(recordedSizes())).toEqual([...weighed]);
  expect(Object.keys(grown).filter((name) => !weighed.includes(name))).toEqual([]);
});

/** How many faults and warnings a size of `{ mlp }` has that was 5,000 bytes, whose limit is 6,000. */
function judged(size: number, why = {}): [faults: number, warnings: number] {
  const { faults, warnings } = judgeSizes(sizeOf(size), { '{ mlp }': 5000 }, { among, why });
  return [faults.length, warnings.length];
}

test('growth by a line of code is not mentioned, by 2% a warning, and by a byte more a fault', () => {
  expect([4000, 5050, 5051, 5100, 5101].map((size) => judged(size))).toEqual([[0, 0], [0, 0], [0, 1], [0, 1], [1, 0]]); // prettier-ignore
  const { faults } = judgeSizes(sizeOf(5101), { '{ mlp }': 5000 }, { among, why: {} });
  expect(faults).toEqual([expect.stringContaining('{ mlp } has grown by 101 bytes')]);
});

test('a size up to 2% above its limit is a warning, and a byte more a fault, whether its growth is weighed or not', () => {
  const check = (size: number) => judgeSizes(sizeOf(size, 'other'), {}, { among, why: {} });
  expect(check(6000)).toEqual({ faults: [], warnings: [] });
  expect(check(6120)).toEqual({ faults: [], warnings: ['other has 6120 bytes, and its limit is 6000.'] });
  expect(check(6121)).toEqual({ faults: ['other has 6121 bytes, and its limit is 6000.'], warnings: [] });
});

test('a reason allows the bytes that it names, if it says why', () => {
  const reason = { '{ mlp }': { to: 5200, why: 'it names the layer' } };
  expect([5200, 5201, 5305].map((size) => judged(size, reason))).toEqual([[0, 0], [0, 1], [1, 0]]); // prettier-ignore
  expect(judged(5200, { '{ mlp }': { to: 5200, why: '' } })).toEqual([1, 0]);
});

test('an import that was never recorded must be, and one that is not on the scale need not', () => {
  expect(judgeSizes(sizeOf(1), {}, { among, why: {} }).faults).toEqual([expect.stringContaining('has no size')]);
  expect(judgeSizes(sizeOf(1, 'other'), {}, { among, why: {} }).faults).toEqual([]);
});

test('the table shows the change of what was recorded', () => {
  const lines = sizeTable([...sizeOf(5060), ...sizeOf(4000, 'other')], { '{ mlp }': 5000 }).split('\n');
  expect(lines).toEqual([
    'gzipped       size      limit    change',
    '{ mlp }    5.06 kB    6.00 kB     +60 B',
    'other      4.00 kB    6.00 kB',
  ]);
});
