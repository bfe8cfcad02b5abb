import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { minify } from 'terser';
import ts from 'typescript';

const FORMAT = { beautify: true, indent_level: 2, preserve_annotations: true };

/** Writes the built ES modules of a folder shorter: see {@link shortenCode}. Nothing bundles the program of the grading process again. */
export async function shortenModules(folder: string): Promise<void> {
  for (const file of readdirSync(folder).filter((name) => /^[\w-]+\.js$/.test(name) && name !== 'grading-child.js')) {
    const path = join(folder, file);
    const shorter = shortenCode(readFileSync(path, 'utf8'));
    // terser leaves needless brackets out, and writes it like the other files
    const { code } = await minify(shorter, { module: true, compress: false, mangle: false, format: FORMAT });
    writeFileSync(path, code!);
  }
}

/**
 * Writes a module shorter, in ways that no minifier dares, as it does not know the code: its functions are arrows, unless they are
 * generators, use `this` or `arguments`, or are needed above their place while the module is loaded; texts with one gap are sums; errors are made
 * without `new`.
 */
export function shortenCode(code: string): string {
  const file = ts.createSourceFile('module.js', code, ts.ScriptTarget.ES2022, true);
  const early = neededEarly(file);
  return textOf(file);

  function textOf(node: ts.Node): string {
    if (ts.isFunctionDeclaration(node) && node.parent === file && isPlain(node)) return `${arrow(node)};`;
    if (ts.isTemplateExpression(node) && !ts.isTaggedTemplateExpression(node.parent)) {
      const [span, second] = node.templateSpans;
      const [before, after] = [node.head.text, span!.literal.text];
      if (second === undefined && (before === '') !== (after === '')) {
        const value = `(${textOf(span!.expression)})`;
        return `(${before === '' ? `${value} + ${JSON.stringify(after)}` : `${JSON.stringify(before)} + ${value}`})`;
      }
    }
    if (ts.isNewExpression(node) && /^(Range|Type)?Error$/.test(node.expression.getText())) {
      // with what stands before it: the space after \`throw\`
      const before = code.slice(node.getFullStart(), node.getStart());
      return `${before}${node.expression.getText()}(${(node.arguments ?? []).map(textOf).join(', ')})`;
    }
    let text = '';
    let end = node.getFullStart();
    ts.forEachChild(node, (child) => {
      text += code.slice(end, child.getFullStart()) + textOf(child);
      ({ end } = child);
    });
    return text + code.slice(end, node.end);
  }

  function isPlain({ name, body, asteriskToken, modifiers }: Partial<ts.FunctionDeclaration>): boolean {
    if (name === undefined || body === undefined || asteriskToken !== undefined) return false;
    if (early.has(name.text)) return false;
    return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) !== true && !usesReceiver(body);
  }

  function arrow(node: ts.FunctionDeclaration): string {
    const [only, second] = node.body!.statements;
    const begin = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ? 'async ' : '';
    const isValue = only !== undefined && second === undefined && ts.isReturnStatement(only) && only.expression;
    const body = isValue ? `(${textOf(only.expression)})` : textOf(node.body!);
    const comments = code.slice(node.getFullStart(), node.getStart());
    return `${comments}const ${node.name!.text} = ${begin}(${node.parameters.map(textOf).join(',')}) => ${body}`;
  }
}

function usesReceiver(node: ts.Node): boolean {
  if (node.kind === ts.SyntaxKind.ThisKeyword || (ts.isIdentifier(node) && node.text === 'arguments')) return true;
  return ts.forEachChild(node, usesReceiver) ?? false;
}

/** The functions of a module that stand below a statement which may call them while the module is loaded. */
function neededEarly(file: ts.SourceFile): Set<string> {
  const functions = new Map<string, ts.FunctionDeclaration>();
  for (const statement of file.statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name) functions.set(statement.name.text, statement);
  }
  const early = new Set<string>();
  for (const statement of file.statements) {
    if (ts.isFunctionDeclaration(statement) || ts.isExportDeclaration(statement)) continue;
    const found = new Set<string>();
    // a function that is not called yet needs nothing; one that is called may call all that it names
    const visit = (node: ts.Node, isCalled: boolean): void => {
      const isCalledAtOnce = ts.isParenthesizedExpression(node.parent) && ts.isCallExpression(node.parent.parent);
      if (ts.isFunctionLike(node) && !isCalled && !isCalledAtOnce) return;
      if (ts.isIdentifier(node) && functions.has(node.text) && !found.has(node.text)) {
        found.add(node.text);
        visit(functions.get(node.text)!, true);
      }
      ts.forEachChild(node, (child) => visit(child, isCalled));
    };
    visit(statement, false);
    for (const name of found) if (functions.get(name)!.pos > statement.pos) early.add(name);
  }
  return early;
}
