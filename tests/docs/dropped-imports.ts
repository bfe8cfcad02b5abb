import ts from 'typescript';

/**
 * The imports of a program in TypeScript that compilers drop, because it uses none of their names as values: what the module does when it is
 * loaded, such as registering gradients, then does not happen. `import 'module'` is kept. An import of types only is meant to be dropped.
 */
export function droppedImports(code: string): string[] {
  const file = ts.createSourceFile('program.ts', code, ts.ScriptTarget.ES2022, true);
  const imports = file.statements.filter(ts.isImportDeclaration).filter(({ importClause }) => {
    return importClause !== undefined && !importClause.isTypeOnly;
  });
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  const output = ts.transpileModule(code, { compilerOptions: options }).outputText;
  const kept = ts.createSourceFile('program.js', output, ts.ScriptTarget.ES2022, true).statements.filter(ts.isImportDeclaration); // prettier-ignore
  const from = ({ moduleSpecifier }: ts.ImportDeclaration): string => (moduleSpecifier as ts.StringLiteral).text;
  return imports.filter((one) => !kept.some((other) => from(other) === from(one))).map((one) => one.getText());
}
