import { chmod, cp, mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Reading } from '../testing/index.js';
import { readReadings } from './read-readings.js';
import { runProcess, type Conversation } from './run-process.js';
import type { Limits } from './watch-limits.js';

/** A submission to run. */
export interface Submission extends Omit<Conversation, 'write'> {
  /** The paths of packages' folders that it may import, by the names of the packages. */
  readonly packages: Readonly<Record<string, string>>;
}

/**
 * Reads and runs a submission in a process and a folder of its own, which contains its modules and tfjs-core with the cpu backend. Resolves to a
 * reading for each question, or to why it does not parse, once all of its processes have ended.
 */
export async function runSubmission(
  { packages, ...submission }: Submission,
  limits: Limits,
): Promise<Reading[] | { readonly problem: string }> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'submission-'));
  try {
    await writePackages(folder, packages);
    const write: Conversation['write'] = async (sources) => {
      for (const [name, code] of sources) await writeFile(join(folder, `${name}.js`), code, { mode: 0o755 });
    };
    const result = await runProcess(folder, { ...submission, write }, limits);
    if ('problem' in result) return result;
    return readReadings(result.lines, submission.job.questions.length, result.ending);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Writes the program of the process, and all packages that it can import. */
async function writePackages(folder: string, packages: Submission['packages']): Promise<void> {
  const modules = join(folder, 'node_modules');
  const tensorflow = {
    'tfjs-core': promisify(gunzip)(await readFile(built('grading-tfjs.js.gz'))),
    tfjs: `export * from '@tensorflow/tfjs-core';`,
    'tfjs-backend-cpu': '',
  };
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await cp(built('grading-child.js'), join(folder, 'program.js'));
  for (const [name, code] of Object.entries(tensorflow)) {
    const path = join(modules, '@tensorflow', name);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'package.json'), '{ "type": "module", "main": "index.js" }');
    await writeFile(join(path, 'index.js'), await code);
  }
  for (const [name, path] of Object.entries(packages)) await cp(path, join(modules, name), { recursive: true });
  // the process may run as another user
  for (const path of ['', ...(await readdir(folder, { recursive: true }))]) await chmod(join(folder, path), 0o755);
}

/** The path of a file that the build writes next to this module; it is in `dist` if this module runs from the sources. */
function built(name: string): string {
  const here = dirname(typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url));
  return /src[\\/]grading$/.test(here) ? join(here, '../../dist', name) : join(here, name);
}
