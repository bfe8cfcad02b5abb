// Runs the modules of an answer as modules, each from an address of its own: lines keep their numbers, and what Node rejects is rejected here.
import { parse } from 'es-module-lexer/js';
import type { Sources } from '../../../src/grading/child/collect-sources.js';

/** The exports of a module. */
type Exports = Readonly<Record<string, unknown>>;

/** Packages that an answer may import, by name. */
export type Packages = Readonly<Record<string, Exports>>;

/** Where the modules of packages find their exports. */
const shared = globalThis as unknown as { coursePackages: Packages };

/** Imports the module `answer`. An error that names an address names the module or the package instead. */
export async function importAnswer(sources: Sources, packages: Packages): Promise<Exports> {
  shared.coursePackages = packages;
  const nameOf = new Map<string, string>();
  const addressOf = new Map<string, string>();
  const publish = (name: string, code: string): string => {
    // the end of the address is what a stack of calls shows
    const address = `${URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))}#${name}`;
    nameOf.set(address, name);
    addressOf.set(name, address);
    return address;
  };
  const find = (wanted: string, importer: string): string => {
    const known = addressOf.get(wanted);
    if (known !== undefined) return known;
    if (Object.hasOwn(packages, wanted)) return publish(wanted, reexport(wanted, packages[wanted]!));
    const file = /^\.\/(.+)\.js$/.exec(wanted)?.[1];
    const code = file === undefined ? undefined : sources.get(file);
    if (code !== undefined) return publish(wanted, linked(`${file}.js`, code));
    const what = wanted.startsWith('.') ? `module '${wanted.replace('./', '')}'` : `package '${packageOf(wanted)}'`;
    throw new Error(`Cannot find ${what} imported from ${importer}`);
  };
  const linked = (name: string, code: string): string =>
    parse(code)[0].reduceRight((text, { n: wanted, s: start, e: end, d: dynamic }) => {
      if (wanted === undefined) return text;
      const address = find(wanted, name);
      return `${text.slice(0, start)}${dynamic >= 0 ? JSON.stringify(address) : address}${text.slice(end)}`;
    }, code);
  try {
    return (await import(
      /* @vite-ignore */ publish('answer.js', linked('answer.js', sources.get('answer')!))
    )) as Exports;
  } catch (error) {
    if (error instanceof Error) {
      for (const [address, name] of nameOf) error.message = error.message.replaceAll(address, name);
      error.stack += lineOfImport(error.message, sources.get('answer')!);
    }
    throw error;
  }
}

/** The line of an import that lacks its export, as the end of a stack of calls: Node knows it, and a page does not. */
function lineOfImport(message: string, code: string): string {
  const [, wanted, name] = /^The requested module '(.+)' does not provide an export named '(.+)'$/.exec(message) ?? [];
  const statement = parse(code)[0].find(({ n: module }) => module !== undefined && module === wanted);
  if (statement === undefined) return '';
  const at = code.slice(0, statement.se).indexOf(name!, statement.ss);
  return `\n    at answer.js:${code.slice(0, Math.max(at, statement.ss)).split('\n').length}`;
}

/** The text of a module with the exports of a package. */
function reexport(name: string, exports: Exports): string {
  const names = Object.keys(exports).filter((key) => key !== 'default');
  return `const exports = coursePackages[${JSON.stringify(name)}];\nexport const ${names
    .map((key) => `${key} = exports.${key}`)
    .join(', ')};\n`;
}

/** The name of the package of a module. */
function packageOf(wanted: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(wanted)?.[0] ?? wanted;
}
