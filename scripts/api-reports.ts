// Writes api/NAME.api.md for every entry of the package or, with --check, fails if one differs from the committed report.
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
} from '@microsoft/api-extractor';
import ts from 'typescript';

const check = process.argv.includes('--check');
const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, unknown> };
const tsconfig = JSON.parse(readFileSync('tsconfig.json', 'utf8')) as object;

const entries = Object.values(exports).flatMap((entry) => {
  const types = (entry as { import?: { types?: string } }).import?.types;
  return types === undefined ? [] : [types];
});

const program = ts.createProgram(entries, { skipLibCheck: true, module: ts.ModuleKind.NodeNext });
const checker = program.getTypeChecker();
/** The names of the types and values that some entry exports. */
const exported = new Set(
  entries.flatMap((types) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(types)!)!;
    return checker.getExportsOfModule(module).map(({ name }) => name);
  }),
);

/** A public signature may use a type that another entry exports, such as `Trainer` of the main one; any other is forgotten. */
function checkForgotten(message: ExtractorMessage): void {
  if (message.messageId !== 'ae-forgotten-export') return;
  const [, name = ''] = /The symbol "(\w+?)(?:_\d+)?" needs/.exec(message.text) ?? [];
  message.logLevel = exported.has(name) ? ExtractorLogLevel.None : ExtractorLogLevel.Error;
}

const nameOf = (types: string): string => basename(types, '.d.ts');

function configOf(types: string): ExtractorConfig {
  return ExtractorConfig.prepare({
    configObjectFullPath: resolve('api-extractor.json'),
    packageJsonFullPath: resolve('package.json'),
    configObject: {
      projectFolder: resolve('.'),
      mainEntryPointFilePath: resolve(types),
      newlineKind: 'lf',
      // the entry alone: declarations of examples lead back into src/
      compiler: { overrideTsconfig: { ...tsconfig, include: undefined, files: [resolve(types)] }, skipLibCheck: true },
      apiReport: {
        enabled: true,
        reportFileName: `${nameOf(types)}.api.md`,
        reportFolder: resolve('api'),
        reportTempFolder: resolve('temp'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Error },
          // There are no release tags here: what an entry exports is public.
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          // typedoc resolves links, including those across entries.
          'ae-unresolved-link': { logLevel: ExtractorLogLevel.None },
          'ae-undocumented': { logLevel: ExtractorLogLevel.None },
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.Error },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
}

const typescriptCompilerFolder = resolve('node_modules/typescript');
// one program for all: each entry would read the same declarations again
const compilerState = CompilerState.create(configOf(entries[0]!), {
  typescriptCompilerFolder,
  additionalEntryPoints: entries.map((types) => resolve(types)),
});
let different = false;
for (const types of entries) {
  const result = Extractor.invoke(configOf(types), {
    compilerState,
    localBuild: !check,
    typescriptCompilerFolder,
    messageCallback: checkForgotten,
  });
  if (!result.succeeded || (check && result.apiReportChanged)) different = true;
  console.log(`${nameOf(types)}: ${result.apiReportChanged ? (check ? 'DIFFERS' : 'written') : 'unchanged'}`);
}
if (different) {
  console.error(
    'The public types have changed. Run `npm run tool -- api`, review the difference in api/, and commit it.',
  );
  process.exitCode = 1;
}
