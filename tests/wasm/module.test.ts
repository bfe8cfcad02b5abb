import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { compile, generate } from '../../scripts/assembly.js';

test('the module in the package is what its sources compile to', async () => {
  expect(await readFile('src/wasm/module.generated.ts', 'utf8')).toBe(await generate());
});

test('the module takes at most 20 kB gzipped, imports nothing but a memory and has no data or start of its own', async () => {
  const binary = await compile();
  expect(gzipSync(binary, { level: 9 }).length).toBeLessThan(20_000);
  const module = new WebAssembly.Module(binary);
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
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
