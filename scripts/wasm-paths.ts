// Runs the tests of the wasm kernels on each path that an engine supports, narrow, wide and fused: npm run tool -- test:wasm-paths [--only 'Node 26']
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { findRuntime } from '../tests/runtimes/programs.js';

const { values: options } = parseArgs({ options: { only: { type: 'string' } } });
const paths = { 'Node 20': ['narrow'], 'Node 24': ['narrow', 'wide', 'fused'], 'Node 26': ['narrow', 'wide', 'fused'] };

const results: string[] = [];
let failures = 0;
for (const [runtime, names] of Object.entries(paths)) {
  if (options.only !== undefined && options.only !== runtime) continue;
  const { version, command } = await findRuntime(runtime);
  for (const name of names) {
    const env = name === 'narrow' ? {} : { ARITHMETIC: name };
    const { status, stdout } = spawnSync(
      command[0],
      ['node_modules/vitest/vitest.mjs', 'run', '--project', 'wasm-kernels'],
      {
        env: { ...process.env, ...env },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
        maxBuffer: 2 ** 28,
      },
    );
    if (status !== 0) {
      failures++;
      console.log(stdout);
    }
    const counts = stdout.trim().split('\n').at(-1)!;
    results.push(`Node ${version}, ${name}: ${counts}`);
    console.log(results.at(-1));
  }
}
console.log(`\n${results.join('\n')}`);
process.exitCode = failures > 0 ? 1 : 0;
