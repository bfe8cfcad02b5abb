import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { count } from '../support/counts.js';
import { playLongPart, type LongReport } from './long-run-processes.js';

// three processes, each of which takes two seconds to start
test('accumulation, plateau, early stopping and the best checkpoint continue in new processes, bit for bit', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'long-'));
  const inFolder = (name: string): string => join(folder, name);
  const parted = async (): Promise<LongReport[]> => {
    const file = inFolder('file');
    // 3 batches in an epoch, 2 in an update: in the middle of both
    const first = await playLongPart({ folder: inFolder('parted'), length: { steps: 23 }, to: file });
    return [first, await playLongPart({ folder: inFolder('parted'), from: file, length: { epochs: 99 } })];
  };
  try {
    const [straight, [first, last]] = await Promise.all([
      playLongPart({ folder: inFolder('straight'), length: { epochs: 99 } }),
      parted(),
    ]);
    expect(last).toEqual(straight);
    // something was decided, before and after the cut
    expect(straight.reason).toMatch(/^val_elbo has not become better for 5 epochs/);
    expect(straight.rate).toBeLessThanOrEqual(0.0125);
    expect(straight.steps).toBe(30);
    expect([first!.steps, first!.reason, first!.kept.length]).toEqual([23, undefined, 2]);
    // the two best are of the first process
    expect(straight.kept.map(({ epoch }) => epoch)).toEqual([6, 7, 9, 10]);
    count('runs that were resumed bit for bit');
  } finally {
    await rm(folder, { recursive: true });
  }
});
