import { existsSync, readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

/** A row of the table in CONTRIBUTING.md: the places that a new part of this kind touches. */
interface Row {
  readonly kind: string;
  /** The folder in which each part has a file, or the file that has them all. */
  readonly own: string;
  /** The places besides its own file; the first is the index of its room. */
  readonly files: readonly string[];
  readonly places: number;
}

/** How the public names of a kind end or begin, where its folder or its index has other names as well. */
const names: Readonly<Record<string, RegExp>> = {
  'adversarial loss': /Loss$/,
  prior: /^create\w+Prior$/,
  objective: /Objective$/,
  // shortcuts need a network that reads the size of a step
  sampler: /^sample(?!Diffusion|Shortcut)/,
  'noise schedule': /Schedule$/,
  'prediction target': /^predict/,
  weighting: /Weighting$/,
  // these read images, scores or parameters, not two sets of rows
  measure: /^(?!(sharpness|rocAuc|alarmThreshold|logProbOfEach)$)/,
  trainer: /^create\w+Trainer$/,
  store: /Store$/,
  'log writer': /Writer$/,
};

/** Kinds of which each part has tests of its own: no list names them all. */
const testedApart = ['trainer', 'store', 'log writer', 'kernel for wasm'];

const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, path]) => path!);

const rows = readFileSync('CONTRIBUTING.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter((cells) => /`src\//.test(cells[2] ?? '') && cells.length === 8)
  .map(([, kind, file, lists, tests, guide, places]): Row => {
    const [own] = quoted(file!) as [string];
    const inSource = quoted(lists!).map((path) => `src/${path}`);
    const files = [...inSource, ...quoted(tests!).map((path) => `tests/${path}`), guide!];
    return { kind: kind!, own, files, places: Number(places) };
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
  visit(parsed(file));
  return names;
}

const parsed = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`);

const sources = filesIn('src');
const named = new Map(sources.map((file) => [file, namesIn(file)]));
const camelCase = (file: string): string =>
  file.replace(/\.ts$/, '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The parts of a kind, by the exports that the index of the room names: those of a file, or one of each file in a folder. */
function partsOf({ kind, own, files: [index] }: Row): [name: string, file: string][] {
  const paths = own.endsWith('.ts') ? [own] : readdirSync(own).map((file) => `${own}${file}`);
  return paths
    .filter((path) => path.endsWith('.ts') && path !== index)
    .flatMap((path): [string, string][] => {
      const text = readFileSync(path, 'utf8');
      const exports = [...text.matchAll(/^export (?:async )?(?:function|const) (\w+)/gm)].map(([, name]) => name!);
      const pattern =
        names[kind] ?? (own.endsWith('.ts') ? /./ : new RegExp(`^${camelCase(path.split('/').at(-1)!)}$`));
      return exports.filter((name) => pattern.test(name) && named.get(index!)!.has(name)).map((name) => [name, path]);
    });
}

const mentions = (file: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(readFileSync(file, 'utf8'));

test('the table has every kind of part, and its files exist', () => {
  expect(rows.length).toBe(19);
  for (const { own, files } of rows)
    for (const file of [own, ...files]) expect([file, existsSync(file)]).toEqual([file, true]);
});

test.each(rows)('a new $kind touches as many places as the table says, at most seven', ({ files, places }) => {
  expect(files.length + 1).toBe(places);
  expect(places).toBeLessThanOrEqual(7);
});

describe.each(rows.filter(({ kind }) => !testedApart.includes(kind)))('each $kind', (row) => {
  const parts = partsOf(row);

  test('is in all places that the table names', () => {
    expect(parts.length).toBeGreaterThan(1);
    const missing = parts.flatMap(([name]) =>
      row.files.filter((file) => !mentions(file, name)).map((file) => `${name} in ${file}`),
    );
    expect(missing).toEqual([]);
  });
});

/** Programs and statistics that use some parts, and work without a new one. */
const users =
  /-(runs|games)\.ts$|^tests\/onnx\/(compositions|samplers\.cpu\.slow\.test)\.ts$|huge-sizes|\.long\.test\.ts$|^tests\/(package|programs)\//;

/** Whether one array, object or map of a program names all of these. */
function hasListOf(file: string, all: readonly string[]): boolean {
  const identifiersIn = (node: ts.Node, found: Set<string>): Set<string> => {
    if (ts.isIdentifier(node)) found.add(node.text);
    ts.forEachChild(node, (child) => void identifiersIn(child, found));
    return found;
  };
  let isFound = false;
  const visit = (node: ts.Node): void => {
    const isList = ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node);
    if (isList && all.every((name) => identifiersIn(node, new Set()).has(name))) isFound = true;
    else ts.forEachChild(node, visit);
  };
  visit(parsed(file));
  return isFound;
}

const listed = rows.map((row) => ({ ...row, all: partsOf(row).map(([name]) => name) }));

// two parts may stand in one array for any reason
test.each(listed.filter(({ all }) => all.length > 2))('no other file lists each $kind', ({ all, ...row }) => {
  const lists = [...sources, ...filesIn('tests'), ...filesIn('scripts')]
    .filter((file) => !row.files.includes(file) && file !== row.own && !users.test(file))
    .filter((file) => all.every((name) => mentions(file, name)) && hasListOf(file, all));
  expect(lists).toEqual([]);
});

describe.each(rows.filter(({ kind }) => ['adversarial loss', 'layer'].includes(kind)))('no $kind', (row) => {
  /** What makes use of a part, and works without it. */
  const users = [
    /^src\/nets\/(networks|conditions|layers)\//,
    /^src\/tokens\/transformer\.ts$/,
    /^src\/tables\/table-network\.ts$/,
    // a norm is also the value of an option
    /^src\/model\/named-values\.ts$/,
  ];

  test('is in another list of the library', () => {
    const others = partsOf(row).flatMap(([name, own]) =>
      sources
        .filter((file) => file !== own && !row.files.includes(file) && !users.some((user) => user.test(file)))
        .filter((file) => named.get(file)!.has(name) && importsFrom(file, row.own))
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
