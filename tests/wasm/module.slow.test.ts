import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import ts from 'typescript';
import { beforeAll, expect, test } from 'vitest';
import { assemble, compile, generate } from '../../scripts/assembly.js';
import { moduleCalls as generateCalls } from '../../scripts/module-calls.js';
import { withShortExports } from '../../scripts/short-exports.js';
import { compileModule, instantiate, NARROW } from '../../src/wasm/heap/module.js';
import { tilesBinary } from '../../src/wasm/heap/tiles-binary.js';
import { moduleCalls, type InOrder } from '../../src/wasm/heap/module-calls.generated.js';

let binary: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  binary = await compile();
});

test('the generated files in the package are what the sources of the module make', async () => {
  for (const [path, text] of generate(binary)) expect(await readFile(path, 'utf8'), path).toBe(text);
});

test('every function of the module has a call, with as many names as it takes numbers', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
  const exported = instantiate(compileModule(NARROW, false), memory);
  const lengths: Record<string, number> = {};
  const measuring = Object.fromEntries(
    Object.keys(exported).map((name) => [name, (...inOrder: unknown[]) => (lengths[name] = inOrder.length)]),
  );
  const calls = Object.entries(moduleCalls(measuring as unknown as InOrder<unknown>));
  for (const [, call] of calls) (call as (job: object) => unknown)({});
  expect(lengths).toEqual(Object.fromEntries(Object.entries(exported).map(([name, f]) => [name, f.length])));
  // the helpers find functions by their place
  const sorted = calls.map(([name]) => name).sort();
  expect(calls.map(([name]) => name)).toEqual(sorted);
  for (const [i, [, call]] of calls.entries())
    expect(String(call)).toContain(`functions.${Object.keys(exported)[i]!}(`);
});

test('a generated call passes each argument to the parameter of its name, in any order', async () => {
  const sources: Record<string, string> = {
    'entry/index.ts': "export { quotient } from './arithmetic';",
    'entry/arithmetic.ts':
      'export function quotient(above: f64, below: f64, isNegative: bool): f64 { return (isNegative ? -above : above) / below; }',
  };
  const flags = '--runtime stub --noExportMemory -O1 --use abort=';
  const binary = withShortExports(await assemble('entry/index.ts', flags, (path) => sources[path] ?? null));
  const text = generateCalls('entry/index.ts', (path) => sources[path]!);
  expect(text).toContain("quotient(job: Numbers<'above' | 'below'> & Flags<'isNegative'>): number;");
  const script = ts.transpile(text, { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 });
  const generated = (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(script)}`)) as {
    moduleCalls(functions: object): { quotient(job: object): number };
  };
  const { quotient } = generated.moduleCalls(new WebAssembly.Instance(new WebAssembly.Module(binary)).exports);
  expect(quotient({ below: 4, isNegative: false, above: 3 })).toBe(0.75);
  expect(quotient({ isNegative: true, above: 3, below: 4 })).toBe(-0.75);
});

// V8's instruction for it is of the old encoding, and is slow on Intel processors after vectors of 256 bits.
test('the module computes square roots only as vectors', async () => {
  for (const name of await readdir('src/wasm/assembly')) {
    const source = (await readFile(`src/wasm/assembly/${name}`, 'utf8')).replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '');
    expect(source, name).not.toMatch(/(?<!f32x4\.)\bsqrt(<\w+>)?\(/);
  }
});

test('no two files of src/wasm have the same name', async () => {
  const names = (await readdir('src/wasm', { recursive: true }))
    .map((path) => path.split('/').at(-1)!)
    .filter((name) => name.endsWith('.ts') && name !== 'index.ts');
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

test('the module takes at most 18 kB gzipped, imports only a memory and tiles, and has no data and no start function', () => {
  expect(gzipSync(binary, { level: 9 }).length).toBeLessThan(18_000);
  const importsOf = (bytes: Uint8Array<ArrayBuffer>): string[] =>
    WebAssembly.Module.imports(new WebAssembly.Module(bytes)).map(({ module }) => module);
  expect(new Set(importsOf(binary))).toEqual(new Set(['env', 'tiles']));
  expect(importsOf(tilesBinary(false))).toEqual(['env']);
  // sections by their number: 8 is a start function, 11 is data
  const sections: number[] = [];
  for (let place = 8; place < binary.length;) {
    sections.push(binary[place++]!);
    let [size, shift] = [0, 0];
    for (;;) {
      const byte = binary[place++]!;
      size |= (byte & 127) << shift;
      shift += 7;
      if (byte < 128) break;
    }
    place += size;
  }
  expect(sections).not.toContain(8);
  expect(sections).not.toContain(11);
});
