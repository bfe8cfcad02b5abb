import { readFile } from 'node:fs/promises';
import type { Options } from 'tsup';
import ts from 'typescript';

/** Strings with one of these are WGSL; others, such as names, keep their spaces. */
const OF_CODE = /[;=(]/;

/** A space next to a sign, unless there is an operator on both sides: two of them may be another one, such as `--`. */
const NEEDLESS = /(?<![-+*/%^&|<>=!]) (?=[-+*/%^=(){};,<>:&|])|(?<=[-+*/%^=(){};,<>:&|]) (?![-+*/%^&|<>=!])/g;

/** WGSL needs spaces between words and operators only. What begins and ends a part of a template stays. */
export function shorten(part: string): string {
  const [, begin, code, end] = /^([`}'"])(.*?)([`'"]|\$\{)$/s.exec(part)!;
  return begin! + code!.replace(/\s+/g, ' ').replace(NEEDLESS, '') + end!;
}

/** The places of the WGSL in a module: strings, and the parts of templates. */
export function shadersIn(source: string): [begin: number, end: number][] {
  const file = ts.createSourceFile('module.ts', source, ts.ScriptTarget.Latest, true);
  const parts: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTemplateLiteralToken(node) || (ts.isStringLiteral(node) && OF_CODE.test(node.text))) parts.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return parts.map((node) => [node.getStart(), node.end]);
}

/** A module without the spaces in its WGSL. */
function shortenShaders(source: string): string {
  return shadersIn(source).reduceRight(
    (text, [begin, end]) => text.slice(0, begin) + shorten(text.slice(begin, end)) + text.slice(end),
    source,
  );
}

/** The spaces of the shaders would be a twentieth of what a page loads for them. */
export const shortShaders: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'short shaders',
  setup(build) {
    build.onLoad({ filter: /src[\\/]webgpu[\\/](device|kernels)[\\/]/ }, async ({ path }) => ({
      contents: shortenShaders(await readFile(path, 'utf8')),
      loader: 'ts',
    }));
  },
};
