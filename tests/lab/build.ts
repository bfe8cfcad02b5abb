import { build } from 'vite';

/** Builds the lab as `npm run lab:build` does, once for all files of tests. */
export default async function setup(): Promise<void> {
  await build({ configFile: 'examples/lab/vite.config.ts', logLevel: 'warn' });
}
