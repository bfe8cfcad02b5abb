import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installByNpm, tryImport, tryRequire, tryTypes } from './app.js';
import { changelogOf } from './changelog.js';
import type { Packed } from './pack.js';
import { deadLinks } from './readme.js';
import { tool } from './run.js';

/** The problems that a check finds in a package; `app` is where it is installed. */
type Check = (packed: Packed, app: string) => string[] | Promise<string[]>;

const largest = 6.5e6;
const expected =
  /^(?:package\.json|README\.md|LICENSE|(?:CHANGELOG|SKILL)\.md|dist\/third-party-licenses\.txt|dist\/[\w-]+(?:\.global|\.d-[\w-]+)?\.(?:js|js\.gz|cjs|d\.ts|d\.cts))$/;
const required = ['README.md', 'LICENSE', 'CHANGELOG.md', 'SKILL.md'];
const onInstall = ['preinstall', 'install', 'postinstall'];

/** Checks of a package before it is published, the quick ones first. */
export const checks: Readonly<Record<string, Check>> = {
  version({ manifest: { version }, folder }) {
    if (version === '0.0.0') return ['package.json: the version is 0.0.0, as before the first release'];
    const dist = join(folder, 'dist');
    const modules = readdirSync(dist).filter((file) => file.endsWith('.js') && !file.endsWith('.global.js'));
    const built = modules.some((file) => readFileSync(join(dist, file), 'utf8').includes(`"${version}"`));
    return built ? [] : [`dist: was not built from version ${version}`];
  },

  changelog({ folder, manifest: { version } }) {
    const text = changelogOf(readFileSync(join(folder, 'CHANGELOG.md'), 'utf8'), version);
    // headings and commit hashes, which are generated without any text
    const marks = /^#.*$|^- [\da-f]{7,}:/gm;
    return /\w/.test(text.replaceAll(marks, '')) ? [] : [`CHANGELOG.md: has no entry for ${version}`];
  },

  files({ files }) {
    const paths = files.map(({ path }) => path);
    const missing = required.filter((path) => !paths.includes(path));
    return [
      ...paths.filter((path) => !expected.test(path)).map((path) => `${path}: does not belong in a release`),
      ...missing.map((path) => `${path}: is missing`),
    ];
  },

  size({ bytes: { unpacked } }) {
    return unpacked <= largest ? [] : [`the package has ${megabytes(unpacked)}, more than ${megabytes(largest)}`];
  },

  readme({ folder, root, place }) {
    return deadLinks(readFileSync(join(folder, 'README.md'), 'utf8'), root, place);
  },

  scripts({ manifest: { scripts = {} } }) {
    return onInstall
      .filter((name) => name in scripts)
      .map((name) => `package.json: runs \`${name}\` when users install it`);
  },

  async publint({ folder }) {
    const { output, failed } = await tool(folder, 'publint/src/cli.js', '--strict');
    return failed ? linesOf(output, /^\d+\. /) : [];
  },

  async types({ root, tarball }) {
    const options = ['--profile', 'node16', '--exclude-entrypoints', 'wasm-helper'];
    const { output, failed } = await tool(root, '@arethetypeswrong/cli/dist/index.js', tarball, ...options);
    // the entry is named above the ways to import it
    const named = output.replaceAll(/^"(.*)"\n\n((?:.+\n)+)/gm, (_, entry: string, ways: string) =>
      ways.replaceAll(/^/gm, `${entry}: `),
    );
    return failed ? linesOf(named, /^\S+: (?:node16 \(from \w+\)|bundler): (?!🟢)/u) : [];
  },

  'ES modules': (_, app) => tryImport(app),
  CommonJS: (_, app) => tryRequire(app),
  TypeScript: (_, app) => tryTypes(app),
};

/** Installs a package in an empty app, prints what each check finds, and returns how many found something. */
export async function failedChecks(packed: Packed): Promise<number> {
  const app = await installByNpm(packed.tarball);
  let failed = 0;
  try {
    for (const [name, find] of Object.entries(checks)) {
      const problems = await find(packed, app);
      console.log(problems.length === 0 ? `ok      ${name}` : `FAILED  ${name}\n${problems.join('\n')}`);
      if (problems.length > 0) failed++;
    }
  } finally {
    rmSync(app, { recursive: true, force: true });
  }
  return failed;
}

/** The lines of a tool's output that say what is wrong; all of it if there are none. */
function linesOf(output: string, saying: RegExp): string[] {
  const lines = output.split('\n').filter((line) => saying.test(line));
  return lines.length > 0 ? lines : [output.trim()];
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
