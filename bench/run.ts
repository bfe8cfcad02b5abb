/**
 * Runs all benches, or one of them: npm run bench -- [NAME] [OPTIONS OF THE BENCH]
 *
 * NODE=/path/of/node, or --node /path/of/node, runs it with another Node.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const node = askedNode();
if (node !== undefined) {
  const { status } = spawnSync(node, ['--import', 'tsx', ...process.argv.slice(1)], {
    env: { ...process.env, npm_node_execpath: node, NODE: node },
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
}

const names = readdirSync(here)
  .filter((file) => file.endsWith('.ts') && !['run.ts', 'report.ts'].includes(file))
  .map((file) => file.slice(0, -'.ts'.length));
const [asked] = process.argv.splice(2, 1);
if (asked !== undefined && !names.includes(asked)) {
  process.stderr.write(`There is no bench "${asked}". Benches: ${names.join(', ')}.\n`);
  process.exit(2);
}
for (const name of asked === undefined ? names : [asked]) {
  console.log(`\n${name}`);
  await import(`./${name}.js`);
}

/** The requested Node, unless it is the current one. */
function askedNode(): string | undefined {
  const at = process.argv.indexOf('--node');
  const [, named] = at === -1 ? [] : process.argv.splice(at, 2);
  const { NODE, npm_node_execpath: npms } = process.env;
  // npm sets NODE for its scripts; the caller's value is still in the environment of npm's process
  const asked = named ?? (NODE === npms ? nodeOfCaller() : NODE);
  return asked === undefined || asked === process.execPath || asked === npms ? undefined : asked;
}

/** NODE in the environment of npm itself, if the system makes it available. */
function nodeOfCaller(): string | undefined {
  try {
    for (let id = process.ppid; id > 1;) {
      const [title = ''] = readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0');
      const variables = readFileSync(`/proc/${id}/environ`, 'utf8').split('\0');
      const found = variables.find((line) => line.startsWith('NODE='));
      if (title.startsWith('npm')) return found?.slice('NODE='.length);
      id = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]);
    }
  } catch {
    // a system without /proc
  }
  return undefined;
}
