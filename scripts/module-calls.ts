import ts from 'typescript';
import { shortName } from './short-exports.js';

/** The place of a declaration that the module exports. */
interface Exported {
  readonly name: string;
  readonly file: ts.SourceFile;
}

/** A function that the module exports, as its source declares it. */
interface ModuleFunction {
  readonly name: string;
  /** Its comment, with the line end. */
  readonly doc: string;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly result: string;
}

/** A class whose objects the host writes into the heap: first the fields, and then the records that its getters return. */
interface ModuleRecord {
  readonly name: string;
  readonly doc: string;
  readonly members: readonly {
    readonly name: string;
    readonly doc: string;
    readonly record?: ModuleRecord | undefined;
  }[];
}

/**
 * Makes the source file that calls the module's functions with named arguments. For each function it has the names of the arguments, as
 * in AssemblyScript, and a call that puts them in order; for each record, its fields and the words that hold them.
 *
 * @param entry - the file that exports all functions and records, by lines `export { name } from './file'`
 * @param read - the source of a file
 */
export function moduleCalls(entry: string, read: (path: string) => string): string {
  const exported = exportsOf(entry, read);
  const functions = exported.flatMap(functionOf).sort((a, b) => (a.name < b.name ? -1 : 1));
  const records = exported.flatMap(({ name, file }) => recordOf(name, file) ?? []);
  return `// Made by npm run tool -- assembly of ${entry}. Do not edit.

type Numbers<Name extends string> = Readonly<Record<Name, number>>;
type Flags<Name extends string> = Readonly<Record<Name, boolean>>;

/** The functions of the module. Addresses are numbers as sizes are; where there may be nothing, such as no bias, it is 0. */
export type ModuleCalls = {
${functions.map(declaration).join('')}};

/** The name of a function of the module. */
export type ModuleFunction = keyof ModuleCalls;

/** The arguments of each function of the module. */
export type ModuleJobs = { readonly [Name in ModuleFunction]: NonNullable<Parameters<ModuleCalls[Name]>[0]> };

/** Functions that take arguments in the order of the sources, by their short names in the module, which are in the order of the long ones. */
export type InOrder<Result> = Readonly<Record<${functions.map((_, i) => `'${shortName(i)}'`).join(' | ')}, (...inOrder: (number | boolean)[]) => Result>>;

/** Gives arguments by their names to functions that take them in order. */
// oxlint-disable-next-line max-lines-per-function -- a line for each function of the module
export function moduleCalls<Result>(functions: InOrder<Result>): { readonly [Name in ModuleFunction]: (...job: Parameters<ModuleCalls[Name]>) => Result } {
  return {
${functions.map(call).join('')}  };
}
${[...new Map(records.flatMap(partsOf).map((record) => [record.name, record])).values()].map(interfaceOf).join('')}${records.map(wordsOf).join('')}`;
}

function exportsOf(entry: string, read: (path: string) => string): Exported[] {
  const folder = entry.slice(0, entry.lastIndexOf('/'));
  return parse(entry, read(entry)).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || statement.exportClause === undefined) return [];
    const from = (statement.moduleSpecifier as ts.StringLiteral).text;
    const path = `${folder}/${from.slice('./'.length)}.ts`;
    const file = parse(path, read(path));
    return (statement.exportClause as ts.NamedExports).elements.map(({ name }) => ({ name: name.text, file }));
  });
}

function functionOf({ name, file }: Exported): ModuleFunction[] {
  const found = file.statements.find(
    (statement): statement is ts.FunctionDeclaration =>
      ts.isFunctionDeclaration(statement) && statement.name?.text === name,
  );
  if (found === undefined) {
    if (recordOf(name, file) !== undefined) return [];
    throw new Error(`${file.fileName} has no function and no class ${name}.`);
  }
  const parameters = found.parameters.map((parameter) => ({
    name: parameter.name.getText(file),
    type: parameter.type!.getText(file),
  }));
  return [{ name, doc: docOf(found, file), result: found.type?.getText(file) ?? 'void', parameters }];
}

function recordOf(name: string, file: ts.SourceFile): ModuleRecord | undefined {
  const found = file.statements.find(
    (statement): statement is ts.ClassDeclaration => ts.isClassDeclaration(statement) && statement.name?.text === name,
  );
  if (found === undefined) return undefined;
  const fields = found.members.filter(ts.isPropertyDeclaration);
  const getters = found.members.filter(ts.isGetAccessorDeclaration);
  const members = [...fields, ...getters].map((member) => ({
    name: member.name.getText(file),
    doc: docOf(member, file),
    record: ts.isGetAccessorDeclaration(member) ? recordOf(member.type!.getText(file), file) : undefined,
  }));
  return { name, doc: docOf(found, file).replace(/^ {2}/gm, ''), members };
}

function docOf(node: ts.Node, file: ts.SourceFile): string {
  const doc = ts.getJSDocCommentsAndTags(node).at(-1)?.getText(file);
  return doc === undefined ? '' : `  ${doc.replaceAll(/\n */g, '\n   ')}\n`;
}

function partsOf(record: ModuleRecord): ModuleRecord[] {
  return [...record.members.flatMap((member) => (member.record === undefined ? [] : partsOf(member.record))), record];
}

function interfaceOf({ name, doc, members }: ModuleRecord): string {
  const fields = members.map(
    (member) => `${member.doc}  readonly ${member.name}: ${member.record?.name ?? 'number'};\n`,
  );
  return `\n${doc}export interface ${name} {\n${fields.join('')}}\n`;
}

function wordsOf(record: ModuleRecord): string {
  const pathsOf = ({ members }: ModuleRecord, before: string): string[] =>
    members.flatMap((member) =>
      member.record === undefined ? [before + member.name] : pathsOf(member.record, `${before}${member.name}.`),
    );
  const own = record.members.map(({ name }) => name).join(', ');
  return `
/** The words of a {@link ${record.name}} in the heap. */
export function wordsOf${record.name}({ ${own} }: ${record.name}): number[] {
  return [${pathsOf(record, '').join(', ')}];
}
`;
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

function call({ name, parameters }: ModuleFunction, place: number): string {
  const job = parameters.length === 0 ? '' : 'job';
  return `    ${name}: (${job}) => functions.${shortName(place)}(${parameters.map((parameter) => `job.${parameter.name}`).join(', ')}),\n`;
}
