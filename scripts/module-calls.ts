import ts from 'typescript';

/** A function that the module exports, as its source declares it. */
interface ModuleFunction {
  readonly name: string;
  /** Its comment, with the line end. */
  readonly doc: string;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly result: string;
}

/**
 * The source file that calls the functions of the module by names: of each function the names of its arguments, as in
 * AssemblyScript, and the call that puts them in their order.
 *
 * @param entry - the file that exports all functions, by lines `export { name } from './file'`
 * @param read - the source of a file
 */
export function moduleCalls(entry: string, read: (path: string) => string): string {
  const functions = exportsOf(entry, read).map(({ name, path }) => functionOf(name, path, read(path)));
  functions.sort((a, b) => (a.name < b.name ? -1 : 1));
  return `// Made by npm run assembly of ${entry}. Do not edit.

type Numbers<Name extends string> = Readonly<Record<Name, number>>;
type Flags<Name extends string> = Readonly<Record<Name, boolean>>;

/** The functions of the module. Addresses are numbers as sizes are; where there may be nothing, such as no bias, it is 0. */
export type ModuleCalls = {
${functions.map(declaration).join('')}};

/** The name of a function of the module. */
export type ModuleFunction = keyof ModuleCalls;

/** What each function of the module is given. */
export type ModuleJobs = { readonly [Name in ModuleFunction]: NonNullable<Parameters<ModuleCalls[Name]>[0]> };

/** Functions that take arguments in the order of the sources. */
export type InOrder<Result> = { readonly [Name in ModuleFunction]: (...inOrder: (number | boolean)[]) => Result };

/** Gives arguments by their names to functions that take them in order. */
export function moduleCalls<Result>(functions: InOrder<Result>): { readonly [Name in ModuleFunction]: (...job: Parameters<ModuleCalls[Name]>) => Result } {
  return {
${functions.map(call).join('')}  };
}
`;
}

function exportsOf(entry: string, read: (path: string) => string): { name: string; path: string }[] {
  const folder = entry.slice(0, entry.lastIndexOf('/'));
  return parse(entry, read(entry)).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || statement.exportClause === undefined) return [];
    const from = (statement.moduleSpecifier as ts.StringLiteral).text;
    const path = `${folder}/${from.slice('./'.length)}.ts`;
    return (statement.exportClause as ts.NamedExports).elements.map(({ name }) => ({ name: name.text, path }));
  });
}

function functionOf(name: string, path: string, source: string): ModuleFunction {
  const file = parse(path, source);
  const found = file.statements.find(
    (statement): statement is ts.FunctionDeclaration =>
      ts.isFunctionDeclaration(statement) && statement.name?.text === name,
  );
  if (found === undefined) throw new Error(`${path} has no function ${name}.`);
  const doc = ts.getJSDocCommentsAndTags(found).at(-1)?.getText(file);
  return {
    name,
    doc: doc === undefined ? '' : `  ${doc.replaceAll('\n', '\n  ')}\n`,
    result: found.type?.getText(file) ?? 'void',
    parameters: found.parameters.map((parameter) => ({
      name: parameter.name.getText(file),
      type: parameter.type!.getText(file),
    })),
  };
}

function parse(path: string, source: string): ts.SourceFile {
  return ts.createSourceFile(path, source, ts.ScriptTarget.ES2022, true);
}

function declaration({ name, doc, parameters, result }: ModuleFunction): string {
  const named = (isFlag: boolean): string =>
    parameters
      .filter(({ type }) => (type === 'bool') === isFlag)
      .map((parameter) => `'${parameter.name}'`)
      .join(' | ');
  const kinds = [
    ...(named(false) === '' ? [] : [`Numbers<${named(false)}>`]),
    ...(named(true) === '' ? [] : [`Flags<${named(true)}>`]),
  ];
  const job = kinds.length === 0 ? '' : `job: ${kinds.join(' & ')}`;
  return `${doc}  ${name}(${job}): ${result === 'void' ? 'void' : 'number'};\n`;
}

function call({ name, parameters }: ModuleFunction): string {
  const job = parameters.length === 0 ? '' : 'job';
  return `    ${name}: (${job}) => functions.${name}(${parameters.map((parameter) => `job.${parameter.name}`).join(', ')}),\n`;
}
