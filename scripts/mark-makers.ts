import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { entries, moduleOf } from '../docs/package.mjs';

/** Functions that act, or are called for the errors that they throw. */
const ACTS =
  /^(check|connect|decode|describe|dispose|encode|load|log[A-Z]|read|repair|save|serve|start|terminal|train|use|write)/;
/** Results that are computed, such as tensors and numbers; computing one may draw from a stream, so the next draw is another one. */
const COMPUTED =
  /^(?:[a-z[{]|A$|Tensor|Scalar|(?:Int32Array|HostTensor|Measurement|Elbo|DiagonalGaussian|Flat|StateDictEntry|SyntheticRow)\b)/;

/** The public functions that only make something: a network, a trainer, a schedule. A call whose result is not used changes nothing. */
export function makersOf(entry: string): string[] {
  return Object.entries(functionsOf(moduleOf(entry)))
    .filter(([name, result]) => !ACTS.test(name) && !COMPUTED.test(result))
    .map(([name]) => name);
}

/** The exported functions of a module that are not async, with the types of their results. */
function functionsOf(path: string): Record<string, string> {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
  const found: Record<string, string> = {};
  for (const statement of file.statements) {
    if (ts.isExportDeclaration(statement) && !statement.isTypeOnly && statement.moduleSpecifier !== undefined) {
      const { text } = statement.moduleSpecifier as ts.StringLiteral;
      if (!text.startsWith('.')) continue;
      const inner = functionsOf(join(dirname(path), text.replace(/\.js$/, '.ts')));
      const { exportClause } = statement;
      const names = exportClause && ts.isNamedExports(exportClause) ? exportClause.elements.map(({ name }) => name.text) : Object.keys(inner); // prettier-ignore
      for (const name of names) if (inner[name] !== undefined) found[name] = inner[name];
    } else if (ts.isFunctionDeclaration(statement) && statement.asteriskToken === undefined) {
      const modifiers = statement.modifiers?.map(({ kind }) => kind) ?? [];
      if (modifiers.includes(ts.SyntaxKind.AsyncKeyword) || !modifiers.includes(ts.SyntaxKind.ExportKeyword)) continue;
      const { name, type } = statement;
      if (name !== undefined && type !== undefined) found[name.text] = type.getText();
    }
  }
  return found;
}

/** The built ES modules of a folder, by their names. */
function modulesIn(folder: string): Map<string, string> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.js') && !name.endsWith('.global.js'));
  return new Map(files.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** The names of the makers in the built ES modules: esbuild gives another name to one of two functions of the same name. */
function builtMakers(folder: string): ReadonlySet<string> {
  const makers = new Set(entries.flatMap(makersOf));
  const renamed = [...modulesIn(folder).values()].flatMap((text) =>
    [...text.matchAll(/\b(\w+) as (\w+)/g)].flatMap(([, own, shown]) => (makers.has(shown!) ? [own!] : [])),
  );
  return new Set([...makers, ...renamed]);
}

/**
 * Marks the makers in the built ES modules as free of side effects. A bundler then drops what a module makes when it is loaded, and all that this
 * needs, if nobody uses it.
 */
export function markMakers(folder: string): void {
  const names = builtMakers(folder);
  for (const [name, text] of modulesIn(folder)) {
    const exported = new Set(/^export \{([^}]*)\};/m.exec(text)?.[1]!.match(/\w+/g));
    const marked = text.replaceAll(/^(?:function|const) (\w+)(?=\(| = )/gm, (whole, own: string) =>
      names.has(own) && exported.has(own) ? `/* @__NO_SIDE_EFFECTS__ */ ${whole}` : whole,
    );
    if (marked !== text) writeFileSync(join(folder, name), marked);
  }
}
