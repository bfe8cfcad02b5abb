import { expect, test } from 'vitest';
import { loadCheckpoint, saveCheckpoint } from '../../../src/index.js';
import { familyRuns, stateOf, trainFor, type FamilyRun } from '../../contract/families.js';
import { count } from '../../support/counts.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const textOf = async (run: FamilyRun): Promise<string> => JSON.stringify(await stateOf(run));

test.each(familyRuns)(
  '$name: 2 updates, a checkpoint and 3 more in another trainer are 5, bit for bit',
  async ({ make }) => {
    const straight = make();
    await trainFor(straight, 5);
    const first = make();
    await trainFor(first, 2);
    const { trainer, data } = first;
    const file = await saveCheckpoint(trainer, { data });
    // of other numbers, and it has stepped
    const second = make(9);
    await trainFor(second, 1);
    await loadCheckpoint(second.trainer, file, { data: second.data });
    expect(await textOf(second)).toBe(await textOf(first));
    await trainFor(second, 3);
    expect(await textOf(second)).toBe(await textOf(straight));
    count('runs that were resumed bit for bit');
  },
);

test('the table has 36 rows', () => {
  expect(familyRuns).toHaveLength(36);
});
