// Writes tests/golden/defaults.json and tests/golden/rules.json: `npm run tool -- golden`. Read the differences before you commit them.
import { spawnSync } from 'node:child_process';

const tests = ['tests/model/defaults.host.test.ts', 'tests/contract/wrong-options.host.test.ts'];
// a test of the old file fails while the new one is written
spawnSync('npx', ['vitest', 'run', '--project', 'wasm', ...tests], {
  stdio: 'inherit',
  env: { ...process.env, UPDATE_GOLDEN: '1' },
});
