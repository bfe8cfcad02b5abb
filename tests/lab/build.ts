import { execFileSync } from 'node:child_process';

/** Builds the lab as `npm run tool -- lab:build` does, once for all files of tests; vitest's own environment would give a build for development. */
export default function setup(): void {
  execFileSync('npm', ['run', 'tool', '--', 'lab:build'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
}
