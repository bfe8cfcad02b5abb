// Compiles src/wasm/assembly/ to src/wasm/module.generated.ts: npm run assembly
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

const target = 'src/wasm/module.generated.ts';

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

/** The binary of the module. */
export async function compile(): Promise<Uint8Array<ArrayBuffer>> {
  const flags =
    '--runtime stub --importMemory --noExportMemory --noAssert --maximumMemory 65536 -O3 --enable simd,bulk-memory --use abort=';
  return assemble('src/wasm/assembly/index.ts', flags, readSource);
}

/** A comment `// @inline` stands for AssemblyScript's decorator of functions, which Prettier cannot parse. */
function readSource(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8').replaceAll(/^( *)\/\/ @inline$/gm, '$1@inline') : null;
}

/** The source file with the module. */
export async function generate(): Promise<string> {
  const base64 = Buffer.from(await compile()).toString('base64');
  const text = `// Made by npm run assembly of src/wasm/assembly/. Do not edit.\nexport const MODULE = '${base64}';\n`;
  return format(text, { ...(await resolveConfig(target)), filepath: target });
}

if (process.argv[1]?.endsWith('assembly.ts')) {
  writeFileSync(target, await generate());
  console.log(target);
}
