import { execFileSync } from 'node:child_process';

/** A text as `npm run format` writes the file of this path. */
export function formatted(path: string, text: string): string {
  const oxfmt = ['node_modules/oxfmt/bin/oxfmt', '--stdin-filepath', path];
  return execFileSync(process.execPath, oxfmt, { input: text, encoding: 'utf8', maxBuffer: 2 ** 28 });
}
