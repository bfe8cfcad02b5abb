import { readFile } from 'node:fs/promises';
import type { Options } from 'tsup';
import ts from 'typescript';

/** Strings with one of these are WGSL; others, such as names, keep their spaces. */
const OF_CODE = /[;=(]/;

/** WGSL needs spaces between words only. What begins and ends a part of a template stays. */
function shorten(part: string): string {
  const [, begin, code, end] = /^([`}'"])(.*?)([`'"]|\$\{)$/s.exec(part)!;
  return begin! + code!.replace(/\s+/g, ' ').replace(/ ?([-+*/%^=(){};,<>:&|]) ?/g, '$1') + end!;
}

/** A module without the spaces in its WGSL. */
function shortenShaders(path: string, source: string): string {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const parts: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTemplateLiteralToken(node) || (ts.isStringLiteral(node) && OF_CODE.test(node.text))) parts.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return parts.reduceRight((text, node) => {
    const begin = node.getStart();
    return text.slice(0, begin) + shorten(text.slice(begin, node.end)) + text.slice(node.end);
  }, source);
}

/** The spaces of the shaders would be a twentieth of what a page loads for them. */
export const shortShaders: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'short shaders',
  setup(build) {
    build.onLoad({ filter: /src[\\/]webgpu[\\/](device|kernels)[\\/]/ }, async ({ path }) => ({
      contents: shortenShaders(path, await readFile(path, 'utf8')),
      loader: 'ts',
    }));
  },
};
