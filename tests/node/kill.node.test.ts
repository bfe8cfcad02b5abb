import { test } from 'vitest';
import { killWrites } from './kill.js';

// each kill starts a process, which takes a second or two; kill.long.test.ts makes a hundred
test('a save that is killed leaves the old file or the new one', async () => {
  await killWrites(5);
});
