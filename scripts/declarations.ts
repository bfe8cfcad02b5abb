import { rmSync } from 'node:fs';
import ts from 'typescript';
import { entries, moduleOf } from '../docs/package.mjs';

/**
 * Writes the declarations of all modules that the entries need into a folder, and returns the file of each entry. tsup would make a program
 * for each entry, which checks all of its modules again: four minutes of a core instead of ten seconds. `npm run lint` checks types.
 */
export function writeDeclarations(folder: string): Record<string, string> {
  rmSync(folder, { recursive: true, force: true });
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, process.cwd());
  const program = ts.createProgram(entries.map(moduleOf), {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    noCheck: true,
    rootDir: 'src',
    outDir: folder,
  });
  const { diagnostics } = program.emit();
  if (diagnostics.length > 0)
    throw new Error(
      ts.formatDiagnostics(diagnostics, {
        getCurrentDirectory: () => process.cwd(),
        getNewLine: () => '\n',
        getCanonicalFileName: (file) => file,
      }),
    );
  return Object.fromEntries(
    entries.map((name) => [name, moduleOf(name).replace(/^src/, folder).replace(/\.ts$/, '.d.ts')]),
  );
}
