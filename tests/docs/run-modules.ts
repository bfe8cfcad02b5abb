// Runs modules in order in one process and writes, as JSON, what went wrong with each: run-modules.ts REPORT FILE...
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

const [report, ...files] = process.argv.slice(2) as [string, ...string[]];
const errors: Record<string, string> = {};
for (const file of files) {
  try {
    await import(pathToFileURL(file).href);
  } catch (error) {
    errors[file] = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
await writeFile(report, JSON.stringify(errors));
process.exit(0);
