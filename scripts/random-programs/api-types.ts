import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { entriesOf } from './entry-names.js';

/** A public function, or a function of a public type, as its report states it. */
export interface ApiFunction {
  readonly entry: string;
  /** `elbo`, or `Network.apply`. */
  readonly name: string;
  readonly parameters: readonly ApiParameter[];
}

export interface ApiParameter {
  readonly name: string;
  readonly type: ts.TypeNode | undefined;
  readonly isOptional: boolean;
  readonly isRest: boolean;
}

/** Everything that the reports of an entry declare. */
export interface Api {
  readonly functions: readonly ApiFunction[];
  /** Exported values that are no functions, by `entry/name`, with their types. */
  readonly values: ReadonlyMap<string, ts.TypeNode | undefined>;
  readonly types: ReadonlyMap<string, ts.InterfaceDeclaration | ts.TypeAliasDeclaration>;
}

/** Reads `api/*.api.md`: a new public function joins by itself. */
export function readApi(): Api {
  const functions: ApiFunction[] = [];
  const values = new Map<string, ts.TypeNode | undefined>();
  const types = new Map<string, ts.InterfaceDeclaration | ts.TypeAliasDeclaration>();
  for (const entry of entriesOf()) {
    const report = readFileSync(`api/${entry}.api.md`, 'utf8');
    const code = report.split('```ts')[1]!.split('```')[0]!;
    for (const statement of ts.createSourceFile(`${entry}.ts`, code, ts.ScriptTarget.ES2022, true).statements) {
      if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
        types.set(statement.name.text.replace(/_\d+$/, ''), statement);
        if (ts.isInterfaceDeclaration(statement) && entry !== 'layers') functions.push(...methodsOf(entry, statement));
      }
      if (ts.isFunctionDeclaration(statement))
        functions.push({ entry, name: statement.name!.text, parameters: parametersOf(statement) });
      if (!ts.isVariableStatement(statement)) continue;
      for (const { name, type } of statement.declarationList.declarations) {
        const text = (name as ts.Identifier).text;
        if (type && ts.isFunctionTypeNode(type)) functions.push({ entry, name: text, parameters: parametersOf(type) });
        else values.set(`${entry}/${text}`, type);
      }
    }
  }
  // overloads: the one with the most parameters
  const unique = new Map<string, ApiFunction>();
  for (const one of functions) {
    const key = `${one.entry}/${one.name}`;
    if ((unique.get(key)?.parameters.length ?? -1) < one.parameters.length) unique.set(key, one);
  }
  return { functions: [...unique.values()], values, types };
}

function methodsOf(entry: string, { name, members }: ts.InterfaceDeclaration): ApiFunction[] {
  return members.flatMap((member) => {
    const title = `${name.text.replace(/_\d+$/, '')}.${member.name?.getText() ?? ''}`;
    if (ts.isMethodSignature(member)) return [{ entry, name: title, parameters: parametersOf(member) }];
    return [];
  });
}

function parametersOf(of: ts.SignatureDeclaration): ApiParameter[] {
  return of.parameters.map(({ name, type, questionToken, dotDotDotToken }) => ({
    name: name.getText(),
    type,
    isOptional: questionToken !== undefined,
    isRest: dotDotDotToken !== undefined,
  }));
}
