import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { build } from 'vite';
import { writeStart } from '../../docs/site/scripts/start-page.js';
import buildLab from '../../examples/lab/tests/build.js';
import { buildGradingChild } from '../../scripts/grading-child.js';

/** The folder of the start page and of its Run buttons. */
export const START = 'out/smoke';

/** Builds the lab, the start page and what runs submissions. The guides are those of `npm run docs`, which `npm run check` has written. */
export default async function setup(): Promise<void> {
  buildLab();
  await mkdir(START, { recursive: true });
  const outDir = `${process.cwd()}/${START}/run`;
  await build({
    configFile: 'docs/site/run/vite.config.mjs',
    logLevel: 'warn',
    mode: 'production',
    build: { outDir, emptyOutDir: true },
  });
  await writeStart(START);
  await buildGradingChild('dist');
  if (!existsSync('docs/api/index.html'))
    execFileSync('npm', ['run', 'docs'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
