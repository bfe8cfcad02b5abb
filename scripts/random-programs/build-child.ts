import { build } from 'esbuild';
import { entriesOf } from './entry-names.js';

const PROGRAM = 'node_modules/.cache/random-programs.mjs';

/** Bundles the program that judges, with all entries of the library, and gives its path: a bundle starts in half the time. */
export async function buildChild(): Promise<string> {
  const names = entriesOf();
  const source = (name: string): string => (name === 'index' ? './src/index.ts' : `./src/${name}/index.ts`);
  const contents = [
    ...names.map((name) => `import * as ${name} from '${source(name)}';`),
    `import { judgePrograms } from './scripts/random-programs/child.ts';`,
    `await judgePrograms({ ${names.join(', ')} });`,
  ].join('\n');
  await build({
    stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
    outfile: PROGRAM,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  return PROGRAM;
}
