// Compiles src/wasm/assembly/ to the generated files of src/wasm/heap/: npm run tool -- assembly
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatted } from './formatted.js';
import { moduleCalls } from './module-calls.js';
import { withShortExports } from './short-exports.js';

const entry = 'src/wasm/assembly/index.ts';
const target = 'src/wasm/heap';

/** The part of the compiler's interface that is used here: its own types would add the globals of another language. */
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
  '--runtime stub --importMemory --noExportMemory --noAssert --maximumMemory 65536 -O3 --converge --use abort= --enable simd,bulk-memory';

/** The binary of the module. */
export async function compile(): Promise<Uint8Array<ArrayBuffer>> {
  return withShortExports(await assemble(entry, MODULE_FLAGS, readSource));
}

/** A comment `// @inline` stands for AssemblyScript's decorator, which Prettier cannot parse on functions. */
function readSource(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8').replaceAll(/^( *)\/\/ @inline$/gm, '$1@inline') : null;
}

/** The bytes as text, which src/wasm/heap/module.ts decodes: one character for most bytes, preceded by another for bytes from 84 on. */
function textOf(binary: Uint8Array): string {
  const charOf = (byte: number): string => String.fromCharCode(40 + (byte % 84));
  return Array.from(
    binary,
    (byte) => (byte < 84 ? '' : String.fromCharCode(123 + Math.floor(byte / 84))) + charOf(byte),
  ).join('');
}

/** The generated source files by their paths: the module with this binary, and the calls of its functions. */
export function generate(binary: Uint8Array): ReadonlyMap<string, string> {
  const made = (what: string): string => `// Made by npm run tool -- assembly of ${entry}. Do not edit.\n${what}`;
  const texts = {
    'module.generated.ts': made(`export const MODULE = ${JSON.stringify(textOf(binary))};\n`),
    'module-calls.generated.ts': moduleCalls(entry, (path) => readFileSync(path, 'utf8')),
  };
  return new Map(
    Object.entries(texts).map(([name, text]) => {
      const path = `${target}/${name}`;
      return [path, formatted(path, text)];
    }),
  );
}

if (process.argv[1]?.endsWith('assembly.ts')) {
  for (const [path, text] of generate(await compile())) {
    writeFileSync(path, text);
    console.log(path);
  }
}
