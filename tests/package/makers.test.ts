import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build as esbuild } from 'esbuild';
import { rollup } from 'rollup';
import { expect, test } from 'vitest';
import { entries as rooms, importOf } from '../../docs/package.mjs';
import { makersOf } from '../../scripts/mark-makers.js';
import { consumer, write } from './consumer.js';

const dist = join(consumer, 'node_modules', 'tfjs-generative', 'dist');
const makers = rooms.flatMap((room) => makersOf(room).map((name) => ({ room, name })));

/** A package that wraps this one makes something when it is loaded; whoever imports something else from it does not want that. */
const wrapping = (calls: string): string => `${calls}\nexport const own = 'own';`;

test('what a package makes when it is loaded vanishes from a bundle that does not use it, for every maker', async () => {
  const calls = makers.map(
    ({ room, name }, i) =>
      `import { ${name} as make${i} } from '${importOf(room)}'; export const made${i} = make${i}({ x: 1 });`,
  );
  write('makers/wrapping.js', wrapping(calls.join('\n')));
  const input = write('makers/main.js', `import { own } from './wrapping.js'; console.log(own);`);
  const bundle = await rollup({
    input,
    onwarn: () => undefined,
    plugins: [
      {
        name: 'package',
        resolveId: (id) => {
          if (id.startsWith('.') || id.startsWith('/')) return null;
          if (!id.startsWith('tfjs-generative')) return { id, external: true, moduleSideEffects: false };
          return { id: join(dist, `${id.split('/')[1] ?? 'index'}.js`), moduleSideEffects: false };
        },
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'es' });
  expect(makers.length).toBeGreaterThan(100);
  expect(output[0].code.replaceAll(/^import .*$/gm, '').trim()).toBe(`const own = 'own';\n\nconsole.log(own);`);
});

test('only functions that are exported are marked, and each maker is', () => {
  const files = readdirSync(dist).filter((file) => file.endsWith('.js') && !file.endsWith('.global.js'));
  const text = files.map((file) => readFileSync(join(dist, file), 'utf8')).join('\n');
  const marked = [...text.matchAll(/^\/\* @__NO_SIDE_EFFECTS__ \*\/ (?:function|const) (\w+)/gm)].map(
    ([, name]) => name!,
  );
  expect(
    makers.filter(({ name }) => !marked.some((one) => one.replace(/\d+$/, '') === name.replace(/\d+$/, ''))),
  ).toEqual([]);
});

test('esbuild, which does not see marks of other files, keeps of definePart only what it needs', async () => {
  const { outputFiles } = await esbuild({
    stdin: {
      contents: wrapping(`import { definePart } from 'tfjs-generative/model'; definePart('own/part', () => ({}));`),
      resolveDir: consumer,
    },
    bundle: true,
    minify: true,
    format: 'esm',
    external: ['@tensorflow/*'],
    write: false,
  });
  // 40 kB with every function that a file can name
  expect(gzipSync(outputFiles[0]!.contents).length).toBeLessThan(15_000);
});
