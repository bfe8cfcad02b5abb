import { execFileSync } from 'node:child_process';

/** Writes the site as `npm run -w docs/site build` does, once for all files of tests. */
export default function setup(): void {
  execFileSync('npx', ['tsx', 'docs/site/scripts/build.ts'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
}
