import { expect, test } from 'vitest';
import { compareComposition } from './compare-composition.js';
import { composition } from './compositions.js';

test('200 compositions are ours at batches of 1, 3 and 17', async () => {
  const failures: string[] = [];
  let most = 0;
  const names = new Set<string>();
  for (let i = 0; i < 200; i++) {
    let name = `${i}`;
    try {
      const made = composition(i);
      name += `: ${made.name}`;
      made.name.split(/: |, /).forEach((one) => names.add(one.split(/ [\d[]/)[0]!));
      const found = await compareComposition(made);
      most = Math.max(most, found);
      if (!(found < 1e-5)) failures.push(`${name}: ${found}`);
    } catch (error) {
      failures.push(`${name}: ${String(error).slice(0, 250)}`);
    }
  }
  console.log(`most ${most}, kinds ${names.size}\n${failures.join('\n')}`);
  expect(failures).toEqual([]);
});
