import { fileURLToPath } from 'node:url';

/** The path of a file in this repository's folder of examples. */
export function examplePath(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}
