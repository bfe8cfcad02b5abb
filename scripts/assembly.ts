// Compiles src/wasm/assembly/ to the generated files of src/wasm/heap/: npm run assembly
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { moduleCalls } from './module-calls.js';
import { tileSource } from './tile-source.js';

const entry = 'src/wasm/assembly/index.ts';
const target = 'src/wasm/heap';

/** The part of the compiler's interface that is used here: its own types would bring the globals of another language. */
interface Compiler {
  main(
    options: string[],
    host: {
      readFile(name: string, folder: string): string | null;
      writeFile(name: string, contents: string | Uint8Array): void;
      listFiles(folder: string): string[];
    },
  ): Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>;
}

const compiler: string = 'assemblyscript/asc';
const { default: asc } = (await import(compiler)) as { default: Compiler };

/** Compiles one AssemblyScript file and its imports; the same sources give the same bytes. */
export async function assemble(
  entry: string,
  flags: string,
  read: (path: string) => string | null,
): Promise<Uint8Array<ArrayBuffer>> {
  let binary: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main([entry, '-o', 'module.wasm', ...flags.split(' ')], {
    readFile: (name, folder) => read(join(folder, name)),
    writeFile: (_, contents) => void (binary = contents as Uint8Array<ArrayBuffer>),
    listFiles: () => [],
  });
  if (error !== null || binary === undefined) throw new Error(stderr.toString(), { cause: error });
  return binary;
}

/** Options of the compiler for modules on tfjs's memory. */
export const MODULE_FLAGS =
  '--runtime stub --importMemory --noExportMemory --noAssert --maximumMemory 65536 -O3 --use abort= --enable simd,bulk-memory';

/** The binary of the module. */
export async function compile(): Promise<Uint8Array<ArrayBuffer>> {
  return assemble(entry, MODULE_FLAGS, readSource);
}

/** The binary of the tiles; fused ones need an engine with relaxed SIMD. */
export async function compileTiles(isFused: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const source = tileSource(isFused);
  const name = 'tiles.ts';
  return assemble(name, isFused ? `${MODULE_FLAGS},relaxed-simd` : MODULE_FLAGS, (path) =>
    path === name ? source : null,
  );
}

/** A comment `// @inline` stands for AssemblyScript's decorator of functions, which Prettier cannot parse. */
function readSource(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8').replaceAll(/^( *)\/\/ @inline$/gm, '$1@inline') : null;
}

/** The generated source files by their paths: the module, and the calls of its functions. */
export async function generate(): Promise<ReadonlyMap<string, string>> {
  // not base64, in which what repeats does not: gzipped that takes a quarter more
  const line = (name: string, binary: Uint8Array): string =>
    `export const ${name} = '${Buffer.from(binary).toString('hex')}';\n`;
  const made = (from: string): string => `// Made by npm run assembly of ${from}. Do not edit.\n`;
  const texts = {
    'module.generated.ts': made(entry) + line('MODULE', await compile()),
    'tiles.generated.ts':
      made('scripts/tile-source.ts') +
      line('TILES', await compileTiles(false)) +
      line('FUSED_TILES', await compileTiles(true)),
    'module-calls.generated.ts': moduleCalls(entry, (path) => readFileSync(path, 'utf8')),
  };
  const files = Object.entries(texts).map(async ([name, text]): Promise<[string, string]> => {
    const path = `${target}/${name}`;
    return [path, await format(text, { ...(await resolveConfig(path)), filepath: path })];
  });
  return new Map(await Promise.all(files));
}

if (process.argv[1]?.endsWith('assembly.ts')) {
  for (const [path, text] of await generate()) {
    writeFileSync(path, text);
    console.log(path);
  }
}
