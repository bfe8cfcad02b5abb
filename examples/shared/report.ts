import { saveFile } from 'tfjs-generative/node';
import { InputError } from './input-error.js';

/** Writes the result of an example as JSON, completely or not at all; does nothing without a path. */
export async function writeReport(path: string | undefined, result: object): Promise<void> {
  if (path === undefined) return;
  await saveFile(path, new TextEncoder().encode(`${JSON.stringify(result, null, 2)}\n`));
}

/**
 * Runs an example. An error ends it with one line on stderr and code 2 for invalid input, or 1 for anything else; by
 * default, Node would first print the whole minified source of tfjs's wasm backend.
 */
export function run(main: () => Promise<void>): void {
  const fail = (error: unknown): never => {
    process.stderr.write(`${errorLine(error)}\n`);
    process.exit(error instanceof InputError ? 2 : 1);
  };
  // Added before the wasm backend adds its own listeners, which throw again.
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  main().catch(fail);
}

function errorLine(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  const line = text.replace(/\s*[\r\n]\s*/g, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 500)} ...` : line;
}
