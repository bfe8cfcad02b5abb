import { readFile } from 'node:fs/promises';
import { build, type Plugin } from 'esbuild';
import { entriesOf } from './entry-names.js';

const PROGRAM = 'node_modules/.cache/random-programs.mjs';

/** Random streams read the bits of floats, so that theirs have 32 bits also where all others have 64. */
const randomBits: Plugin = {
  name: 'random-bits',
  setup: ({ onLoad }) => {
    onLoad({ filter: /src\/random\/[\w-]+\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll('Float32Array', 'globalThis.FloatOf32Bits'),
      loader: 'ts',
    }));
  },
};

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
    plugins: [randomBits],
    banner: { js: 'globalThis.FloatOf32Bits ??= Float32Array;' },
    logLevel: 'error',
  });
  return PROGRAM;
}
