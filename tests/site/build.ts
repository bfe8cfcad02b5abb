import { execFileSync } from 'node:child_process';

/** Writes the site as `npm run tool -- site` does, once for all files of tests. */
export default function setup(): void {
  execFileSync('npx', ['tsx', 'scripts/site.ts'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
}
