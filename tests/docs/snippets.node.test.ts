import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';
import { entries, importOf, moduleOf as moduleOfEntry } from '../../docs/package.mjs';
import { forNode } from '../support/bundle.js';
import { droppedImports } from './dropped-imports.js';
import { pages, skill } from './pages.js';
import { writePictures } from './pictures.js';
import { exportsOf, fixtureNames, moduleOf, snippetsOfPage, snippetsOfSource, type Snippet } from './snippets.js';

const folder = resolve('temp/snippets');
const runner = fileURLToPath(new URL('./run-modules.ts', import.meta.url));

const names = Object.fromEntries(entries.map((entry) => [importOf(entry), exportsOf(moduleOfEntry(entry))]));

const all = [...[...pages, skill].flatMap(snippetsOfPage), ...snippetsOfSource('src')].map((snippet, i) => ({
  ...snippet,
  ...moduleOf(snippet, names, folder),
  file: join(folder, `${i}-${snippet.title.replaceAll(/\W+/g, '-')}.ts`),
}));

const wrongTypes = new Map<string, string>();
const wrongRuns: Record<string, string> = {};

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { file, text } of all) writeFileSync(file, text);
  const running = all.filter(({ runs }) => runs).map(({ file }) => file);
  const groups = Math.min(2, availableParallelism());
  const runs = Array.from({ length: groups }, (_, group) =>
    run(
      running.filter((_, i) => i % groups === group),
      group,
    ),
  );
  compile();
  for (const errors of await Promise.all(runs)) Object.assign(wrongRuns, errors);
}, 400_000); // hundreds of programs on busy cores

/** Compiles all snippets in one program, as strictly as the library itself. */
function compile(): void {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, process.cwd());
  // A snippet shows how to make something, and does not always use it.
  const shown = { ...options, noUnusedLocals: false, noUnusedParameters: false };
  const program = ts.createProgram(
    all.map(({ file }) => file),
    shown,
  );
  for (const { file, title, linesBefore } of all) {
    const source = program.getSourceFile(file);
    const messages = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    const lines = messages.map(({ start, messageText }) => {
      const { line } = ts.getLineAndCharacterOfPosition(source!, start ?? 0);
      return `${title}, its line ${line + 1 - linesBefore}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
    wrongTypes.set(file, lines.join('\n'));
  }
}

/** Runs modules in a separate process, in an empty folder; returns the errors by file. */
async function run(files: readonly string[], group: number): Promise<Record<string, string>> {
  const cwd = join(folder, `run-${group}`);
  mkdirSync(cwd);
  writePictures(cwd);
  const [report, bundles] = [join(cwd, 'report.json'), join(cwd, 'bundles')];
  // bundles start in a fraction of the time that tsx takes
  await build({
    ...forNode,
    entryPoints: [runner, ...files],
    outdir: bundles,
    entryNames: '[name]',
    outExtension: { '.js': '.mjs' },
    splitting: true,
  });
  const bundleOf = (file: string): string => join(bundles, `${basename(file, '.ts')}.mjs`);
  await promisify(execFile)(process.execPath, [bundleOf(runner), report, ...files.map(bundleOf)], {
    cwd,
    maxBuffer: 2 ** 26,
  });
  const errors = JSON.parse(readFileSync(report, 'utf8')) as Record<string, string>;
  return Object.fromEntries(
    files.flatMap((file) => (bundleOf(file) in errors ? [[file, errors[bundleOf(file)]!]] : [])),
  );
}

describe.each([...new Set(all.map(({ path }) => path))])('the code in %s', (page) => {
  const snippets = all.filter(({ path }) => path === page);

  test.each(snippets)('at $title compiles under the strict flags of the library', ({ file }) => {
    expect(wrongTypes.get(file)).toBe('');
  });

  const runnable = snippets.filter(({ runs }) => runs);
  if (runnable.length > 0) {
    test.each(runnable)('at $title runs and prints what its comments say', ({ file }) => {
      expect(wrongRuns[file] ?? '').toBe('');
    });
  }
});

test('every import of a program is used, or written for what it does: compilers drop the others', () => {
  const dropped = all.flatMap(({ title, code }) => droppedImports(code).map((one) => `${title}: ${one}`));
  expect(dropped).toEqual([]);
  // none of its names, only types, a type next to a value; and what is meant
  const [tfjs, types] = [`import * as tf from '@tensorflow/tfjs';`, `import type { Tensor } from 'a';`];
  expect(droppedImports(`${tfjs}\n${types}\nimport 'b';\nimport { c } from 'c';\nc();`)).toEqual([tfjs]);
  expect(droppedImports(`${tfjs}\nexport let x: tf.Tensor;`)).toEqual([tfjs]);
  expect(droppedImports(`${tfjs}\ntf.ones([1]);`)).toEqual([]);
});

test('an example that says a wrong number is noticed', async () => {
  const snippet: Snippet = {
    title: 'wrong',
    path: 'wrong.md',
    code: 'console.log(1 + 1); // 2.001: a lie',
    runs: true,
  };
  const file = join(folder, 'wrong.ts');
  writeFileSync(file, moduleOf(snippet, names, folder).text);
  const errors = await run([file], 2);
  expect(errors[file]).toContain('The comment says 2.001: a lie, the line gives 2.');
});

test('an example whose line never runs is noticed', async () => {
  const snippet: Snippet = { title: 'idle', path: 'idle.md', code: 'if (false) console.log(1); // 1', runs: true };
  const file = join(folder, 'idle.ts');
  writeFileSync(file, moduleOf(snippet, names, folder).text);
  const errors = await run([file], 3);
  expect(errors[file]).toContain('number 1 never ran');
});

test('every name that a snippet may use without an import is explained', () => {
  const page = readFileSync('docs/getting-started.md', 'utf8');
  for (const name of fixtureNames) expect(page).toContain(`\`${name}\``);
});
