import { readdir, readFile, writeFile } from 'node:fs/promises';
import { ESLint } from 'eslint';
import ts from 'typescript';
import { expect, test } from 'vitest';
import table from '../../docs/operations.json';

const lines = [...Object.keys(table.operations), ...Object.keys(table.functions)];

/** The names that a file takes out of `tf`, such as `add` and `util.sizeFromShape`. */
function namesIn(text: string): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) names.push(node.getText());
    if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name))
      for (const { name, propertyName } of node.name.elements)
        names.push(`${node.initializer?.getText()}.${(propertyName ?? name).getText()}`);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true));
  return names.filter((name) => name.startsWith('tf.')).map((name) => name.slice(3));
}

const files = (await readdir('src', { recursive: true })).filter(
  (name) => name.endsWith('.ts') && !name.startsWith('wasm/assembly'),
);
const texts = new Map(
  await Promise.all(files.map(async (file) => [file, await readFile(`src/${file}`, 'utf8')] as const)),
);

test('something in src uses each line of the table', () => {
  const used = new Set([...texts.values()].flatMap(namesIn));
  expect(lines.filter((name) => !used.has(name))).toEqual([]);
  expect(lines.length).toBeGreaterThan(100);
});

test('the kernels that src runs by their names are in the table', () => {
  // a backend, and the gradients of tfjs's operations and their repair, name kernels of tfjs as their subject
  const own = [...texts].filter(([file]) => !/^(wasm|webgpu|testing)\/|^gradients\/(repair|gradients-of)-/.test(file));
  const run = own.flatMap(([, text]) => [...text.matchAll(/\brun(?:Kernel)?(?:<[^(]*>)?\(\s*'(_?[A-Z]\w+)'/g)]);
  expect([...new Set(run.map(([, name]) => name))].sort()).toEqual(Object.keys(table.kernels).sort());
});

const eslint = new ESLint({
  ruleFilter: ({ ruleId }) => ruleId === 'house/known-operations',
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
});

test.each([
  ['tf.cos(tf.scalar(1));', ['cos']],
  ['tf.add(tf.util.sizeFromShape([2]), tf.util.now());', ['util.now']],
  ['const { add, cos } = tf;', ['cos']],
  ['const { computeConv2DInfo, computeDilation2DInfo } = tf.backend_util;', ['backend_util.computeDilation2DInfo']],
  ['const name = "cos"; tf[name]; const all = tf;', ['undefined', 'undefined']],
  ['const x: tf.Tensor4D = tf.add(1, 2); type Engine = ReturnType<typeof tf.engine>;', []],
])('lint refuses what has no line: %s', async (code, refused) => {
  const text = `import * as tf from '@tensorflow/tfjs-core';\n${code}\n`;
  const [result] = await eslint.lintText(text, { filePath: 'src/tensor/checks.ts' });
  expect(result!.messages.map(({ message }) => message)).toEqual(
    refused.map((name) => `tf.${name} has no line in docs/operations.json.`),
  );
});

/** The table in Markdown: each operation, and where a backend deviates. */
function tableText(): string {
  const rows = Object.entries({ ...table.operations, ...table.kernels }).map(([name, meaning]) => [
    `\`${name}\``,
    meaning.replaceAll('|', '\\|'),
    table.deviations
      .filter(({ operation }) => operation === name)
      .map(({ backends, what }) => `${backends.length === 4 ? 'everywhere' : backends.join(', ')}: ${what}`)
      .join('; '),
  ]);
  const all = [['operation', 'value', 'where it deviates'], ...rows];
  const widths = [0, 1, 2].map((i) => Math.max(...all.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(all[0]!), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

// UPDATE_TABLE=1 npx vitest run --project node tests/docs/operations.node.test.ts
test('the guide has the table, and counts its lines', async () => {
  const page = 'docs/if-tensorflow-js-ends.md';
  const text = await readFile(page, 'utf8');
  const [operations, kernels, functions] = [table.operations, table.kernels, table.functions].map(
    (part) => Object.keys(part).length,
  );
  expect(text).toContain(
    `${operations} operations, ${kernels} kernels that we run by their names, and ${functions} functions`,
  );
  const [before, rest] = text.split('<!-- operations -->\n') as [string, string];
  const [, after] = rest.split('<!-- end of operations -->') as [string, string];
  const expected = `${before}<!-- operations -->\n\n${tableText()}\n\n<!-- end of operations -->${after}`;
  if (process.env['UPDATE_TABLE']) await writeFile(page, expected);
  else expect(text).toBe(expected);
});
