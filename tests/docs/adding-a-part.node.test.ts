import { existsSync, readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

/** A row of the table in CONTRIBUTING.md: the files that a new part of this kind touches, beside its own. */
interface Row {
  readonly kind: string;
  readonly folder: string;
  readonly files: readonly string[];
}

const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, path]) => path!);

const rows = readFileSync('CONTRIBUTING.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter((cells) => /^`src\/.+\/`: `/.test(cells[2] ?? ''))
  .map(([, kind, file, lists, tests, guide]): Row => {
    const [folder] = quoted(file!) as [string];
    const inSource = quoted(lists!).map((path) => `src/${path}`);
    return { kind: kind!, folder, files: [...inSource, ...quoted(tests!).map((path) => `tests/${path}`), guide!] };
  });

/** The names that a program imports, exports, takes from a namespace, or has as keys: not those in texts and comments. */
function namesIn(file: string): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isImportSpecifier(node) || ts.isExportSpecifier(node)) names.add((node.propertyName ?? node.name).text);
    if (ts.isPropertyAccessExpression(node) && node.expression.getText() === 'nets') names.add(node.name.text);
    if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) names.add(node.name.getText());
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  return names;
}

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => `src/${file}`);
const named = new Map(sources.map((file) => [file, namesIn(file)]));
const camelCase = (file: string): string =>
  file.replace(/\.ts$/, '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The parts that a folder has, by the files whose main export the index of the house names. */
function partsOf({ folder, files: [index] }: Row): [name: string, file: string][] {
  return readdirSync(folder).flatMap((file): [string, string][] => {
    const text = readFileSync(`${folder}${file}`, 'utf8');
    const name = `${camelCase(file)}${folder.endsWith('losses/') ? 'Loss' : ''}`;
    const isMade = new RegExp(`^export (function|const) ${name}\\b`, 'm').test(text);
    return isMade && named.get(index!)!.has(name) ? [[name, `${folder}${file}`]] : [];
  });
}

const mentions = (file: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(readFileSync(file, 'utf8'));

test('the table has the kinds of parts that have folders, and its files are there', () => {
  expect(rows.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['adversarial loss', 'augmentation', 'likelihood', 'layer', 'condition', 'network']),
  );
  for (const { folder, files } of rows)
    for (const file of [folder, ...files]) expect([file, existsSync(file)]).toEqual([file, true]);
});

test('a loss touches four places with its own file, a layer six', () => {
  const places = Object.fromEntries(rows.map(({ kind, files }) => [kind, files.length + 1]));
  expect(places['adversarial loss']).toBe(4);
  expect(places['layer']).toBe(6);
});

const kinds = ['adversarial loss', 'augmentation', 'likelihood', 'layer', 'condition', 'network'];

describe.each(rows.filter(({ kind }) => kinds.includes(kind)))('each $kind', (row) => {
  const parts = partsOf(row);

  test('is in all places that the table names', () => {
    expect(parts.length).toBeGreaterThan(2);
    const missing = parts.flatMap(([name]) =>
      row.files.filter((file) => !mentions(file, name)).map((file) => `${name} in ${file}`),
    );
    expect(missing).toEqual([]);
  });
});

describe.each(rows.filter(({ kind }) => ['adversarial loss', 'layer'].includes(kind)))('no $kind', (row) => {
  /** What makes use of a part, and works without it. */
  const users = [
    /^src\/nets\/(networks|conditions|layers)\//,
    /^src\/gan\/gan-options\.ts$/,
    // a norm is also the value of an option
    /^src\/model\/named-values\.ts$/,
  ];

  test('is in another list of the library', () => {
    const others = partsOf(row).flatMap(([name, own]) =>
      sources
        .filter((file) => file !== own && !row.files.includes(file) && !users.some((user) => user.test(file)))
        .filter((file) => named.get(file)!.has(name) && importsFrom(file, row.folder))
        .map((file) => `${name} in ${file}`),
    );
    expect(others).toEqual([]);
  });
});

/** Whether a file imports from the rooms of a folder, or names them without: a list by names alone. */
function importsFrom(file: string, folder: string): boolean {
  const room = folder.split('/')[1]!;
  const text = readFileSync(file, 'utf8');
  return new RegExp(`from '[./]*/${room}/`).test(text) || file.startsWith(`src/${room}/`);
}
