import { execFileSync } from 'node:child_process';

/** Builds the lab as `npm run -w examples/lab build` does, once for all files of tests; vitest's own environment would give a build for development. */
export default function setup(): void {
  execFileSync('npm', ['run', '--workspace', 'examples/lab', 'build'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
}
