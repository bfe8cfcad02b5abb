import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** A piece of code that a reader may copy: a fenced block of a page, or the example of a docstring. */
export interface Snippet {
  /** The page or source file, and the line where the code starts: `docs/vae.md:12`. */
  readonly title: string;
  readonly path: string;
  readonly code: string;
  /** False if it needs a browser or a GPU; it is then only compiled. */
  readonly runs: boolean;
}

/** The fenced `js` and `ts` blocks of a page; the words `browser` and `gpu` after the language say that not every Node can run it. */
export function snippetsOfPage(path: string): Snippet[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/^```(?:ts|js)( browser| gpu)?\n(.*?)^```$/gms)].map((match) => ({
    title: `${path}:${lineOf(text, match.index) + 1}`,
    path,
    code: match[2]!,
    runs: match[1] === undefined,
  }));
}

/** The examples of every docstring below a folder. */
export function snippetsOfSource(folder: string): Snippet[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('wasm/assembly'))
    .sort();
  return files.flatMap((file) => {
    const path = `${folder}/${file}`;
    const text = readFileSync(path, 'utf8');
    return [...text.matchAll(/^( *)\* @example\n\1\* ```ts( gpu)?\n(.*?)^\1\* ```$/gms)].map((match) => ({
      title: `${path}:${lineOf(text, match.index) + 2}`,
      path,
      code: match[3]!.replaceAll(/^ *\* ?/gm, ''),
      runs: match[2] === undefined,
    }));
  });
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** A snippet as a separate module, and how far its lines have moved. */
export interface Module {
  readonly text: string;
  readonly linesBefore: number;
}

const seeing = fileURLToPath(new URL('./see.ts', import.meta.url)).replace(/ts$/, 'js');
const given = fileURLToPath(new URL('./fixtures.ts', import.meta.url)).replace(/ts$/, 'js');

/** Names that a page or an example may use without an import, by the module that exports them. */
export type Names = Readonly<Record<string, readonly string[]>>;

/**
 * Makes a module from a snippet. A snippet that imports anything is a program and stays unchanged; in any other, the names
 * that it uses are imported, and those of the fixtures are made. A comment's claim about a line is passed to `see`.
 */
export function moduleOf(snippet: Snippet, names: Names, folder: string): Module {
  const { text, expectations } = withExpectations(snippet);
  const end = expectations > 0 ? `sawAll('${snippet.title}', ${expectations});` : '';
  const see = expectations > 0 ? `import { sawAll, see, seeThrow } from '${relative(folder, seeing)}';` : '';
  if (/^import /m.test(snippet.code)) return { text: `${see}\n${text}\n${end}\nexport {};\n`, linesBefore: 1 };
  const words = new Set(snippet.code.match(/[A-Za-z]\w*/g));
  const known = new Set(Object.values(names).flat());
  // The example of a function that is not public imports it from its own file.
  const own = snippet.path.endsWith('.ts') ? functionsOf(snippet.path).filter((name) => !known.has(name)) : [];
  const ownModule = relative(folder, snippet.path).replace(/\.ts$/, '.js');
  const imported = new Set<string>();
  const imports = Object.entries({ ...names, [ownModule]: own }).flatMap(([from, all]) => {
    const used = all.filter((name) => words.has(name.replace('type ', '')) && !imported.has(name));
    used.forEach((name) => imported.add(name));
    return used.length === 0 ? [] : [`import { ${used.join(', ')} } from '${from}';`];
  });
  const header = [
    see,
    // layers and data sets are not in tfjs-core
    `import * as tf from '@tensorflow/tfjs${/\btf\.(data|layers)\b/.test(snippet.code) ? '' : '-core'}';`,
    ...imports,
    `import { fixtures } from '${relative(folder, given)}';`,
  ];
  const made = `const { ${fixtureNames.filter((name) => words.has(name)).join(', ')} } = await fixtures();`;
  // In a separate block, so that the snippet may declare these names itself.
  return { text: `${header.join(' ')} ${made}\n{\n${text}\n}\n${end}\nexport {};\n`, linesBefore: 2 };
}

/** The names that a snippet may use as if they were defined above it; docs/getting-started.md tells the reader. */
export const fixtureNames = [
  'random',
  'encoder',
  'decoder',
  'generator',
  'discriminator',
  'trainer',
  'images',
  'labels',
  'source',
  'x',
  'z',
  'posterior',
  'rows',
  'description',
  'tableModel',
] as const;

/** The exported names of an entry, values and types; those of a file that it takes whole are among them. */
export function exportsOf(path: string): string[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022);
  return file.statements.filter(ts.isExportDeclaration).flatMap(({ exportClause, isTypeOnly, moduleSpecifier }) => {
    if (exportClause === undefined) {
      const { text } = moduleSpecifier as ts.StringLiteral;
      return exportsOf(join(dirname(path), text.replace(/\.js$/, '.ts')));
    }
    if (!ts.isNamedExports(exportClause)) return [];
    return exportClause.elements.map((one) => `${isTypeOnly || one.isTypeOnly ? 'type ' : ''}${one.name.text}`);
  });
}

/** The functions that a file exports. */
function functionsOf(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^export (?:async )?function\*? (\w+)/gm)].map((match) => match[1]!);
}

/** Puts `see(expected, values...)` where a comment at the end of a line states its value, and `seeThrow` where it says that it throws. */
function withExpectations({ code, title }: Snippet): { text: string; expectations: number } {
  const file = ts.createSourceFile('snippet.ts', code, ts.ScriptTarget.ES2022, true);
  const edits: { at: number; remove: number; insert: string }[] = [];
  let expectations = 0;
  const quoted = (value: string): string => JSON.stringify(value);
  const name = (): string => quoted(`${title} ${expectations}`);

  const visit = (node: ts.Node): void => {
    const comment = ts.isStatement(node) ? commentAfter(code, node) : undefined;
    if (comment !== undefined && ts.isExpressionStatement(node)) {
      const { expression } = node;
      if (/^throws\b/.test(comment)) {
        expectations++;
        edits.push({ at: node.getStart(), remove: 0, insert: `await seeThrow(${name()}, async () => { ` });
        edits.push({ at: node.end, remove: 0, insert: ' });' });
        return;
      }
      const isLog = ts.isCallExpression(expression) && expression.expression.getText() === 'console.log';
      if (isLog || isLiteral(comment)) {
        expectations++;
        const [start, end] = isLog
          ? [expression.arguments.pos, expression.arguments.end]
          : [expression.getStart(), expression.end];
        edits.push({
          at: expression.getStart(),
          remove: start - expression.getStart(),
          insert: `see(${name()}, ${quoted(comment)}, `,
        });
        edits.push({ at: end, remove: expression.end - end, insert: ')' });
      }
    } else if (comment !== undefined && ts.isVariableStatement(node) && isLiteral(comment)) {
      expectations++;
      const declared = node.declarationList.declarations.flatMap(({ name }) => boundNames(name));
      edits.push({ at: node.end, remove: 0, insert: ` see(${name()}, ${quoted(comment)}, ${declared.join(', ')});` });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);

  let text = code;
  for (const { at, remove, insert } of edits.sort((a, b) => b.at - a.at)) {
    text = text.slice(0, at) + insert + text.slice(at + remove);
  }
  return { text, expectations };
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(element.name) : []));
}

/** The comment on the line where a statement ends. */
function commentAfter(code: string, statement: ts.Node): string | undefined {
  const [range] = ts.getTrailingCommentRanges(code, statement.end) ?? [];
  return range && code.slice(range.pos + 2, range.end).trim();
}

/** Whether a comment is only a value; words may be next to it only after console.log. */
function isLiteral(comment: string): boolean {
  return /^(?:[[\]\d\s.,+-]|e[+-])+$|^(?:true|false)$/.test(valueOf(comment)) && /[\dtf]/.test(valueOf(comment));
}

/** The part of a comment that is the value: `3 log(1/2) = -2.079: a remark` says -2.079. */
export function valueOf(comment: string): string {
  const value = comment.split(/; |(?<!\{ \w+): |, (?=[a-z])/)[0]!;
  return value.includes(' = ') ? value.slice(value.lastIndexOf(' = ') + 3) : value;
}
