import { expect, test } from 'vitest';
import { killWrites } from './kill.js';

test('each of a hundred killed saves leaves the old file or the new one', { timeout: 3_600_000 }, async () => {
  const inTheMiddle = await killWrites(100);
  console.log(`${inTheMiddle} of 100 kills came in the middle of a write`);
  expect(inTheMiddle).toBeGreaterThan(10);
});
