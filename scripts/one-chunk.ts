import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import type { Options } from 'tsup';
import { moduleOf } from '../docs/package.mjs';

const MAIN = moduleOf('index');

/**
 * Makes esbuild put all files of the main entry into two chunks, in one order: those that need no tfjs into the first, the others into the second.
 * It makes a chunk for each set of entries that share a file; so all of them seem to import the main entry, and one more entry, at `path`, the files
 * of the first chunk. A bundler writes an import of tfjs for each chunk that it keeps anything of, and similar code that stands close together is
 * smaller when gzipped.
 */
export async function oneChunk(
  path: string,
  entries: readonly string[],
): Promise<NonNullable<Options['esbuildPlugins']>[number]> {
  const files = await filesWithoutTfjs();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, files.map((file) => `import '${relative(dirname(path), file)}';\n`).join(''));
  const others = entries.filter((file) => file !== MAIN);
  return {
    name: 'one chunk',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path: file }) =>
        others.includes(relative('.', file))
          ? {
              loader: 'ts',
              contents: `${readFileSync(file, 'utf8')}\nimport '${resolve(MAIN)}';\nimport '${resolve(path)}';`,
            }
          : undefined,
      ),
  };
}

/** The files of the main entry that import tfjs neither themselves nor by others. */
async function filesWithoutTfjs(): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [MAIN],
    bundle: true,
    packages: 'external',
    format: 'esm',
    metafile: true,
    write: false,
  });
  const found = new Map<string, boolean>();
  const needsTfjs = (file: string): boolean => {
    const known = found.get(file);
    if (known !== undefined) return known;
    found.set(file, false);
    const { imports } = metafile.inputs[file]!;
    const needs = imports.some(({ path, external }) => (external ? path.startsWith('@tensorflow/') : needsTfjs(path)));
    found.set(file, needs);
    return needs;
  };
  return Object.keys(metafile.inputs).filter((file) => !needsTfjs(file));
}
