// Does everything of a release except publishing, with the working tree as it is, in a clone next to it: npm run tool -- release:dry [--built]
// It makes the version and its changelog, builds (or, with --built, takes dist and writes the version into it), packs, installs the package in an empty app and tries it, and lists what would be published.
// out/release gets the list, the changelog and the README as a registry shows it. Exits with 1 if anything is wrong.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { changelogOf } from './release/changelog.js';
import { checks, failedChecks, megabytes } from './release/checks.js';
import { packRelease, type Packed } from './release/pack.js';
import { writeVersion } from './release/write-version.js';
import { readmePage } from './release/readme.js';

const { values } = parseArgs({ options: { built: { type: 'boolean', default: false } } });
const clone = mkdtempSync(join(tmpdir(), 'tfjs-generative-release-'));
try {
  const packed = makeRelease(clone);
  writeDown(packed, 'out/release');
  for (const warning of warningsAbout(packed)) console.warn(`warning: ${warning}`);
  const failed = await failedChecks(packed);
  const { manifest, bytes, files } = packed;
  console.log(
    `\n${manifest.name} ${manifest.version}: ${files.length} files, ${megabytes(bytes.unpacked)}, ${megabytes(bytes.packed)} packed; see out/release`,
  );
  console.log(`release:dry: ${Object.keys(checks).length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  rmSync(clone, { recursive: true, force: true });
}

/** What a release does after the merge of its version, in a clone with the changes of the working tree and the packages that are installed here. */
function makeRelease(root: string): Packed {
  const npmRun = (...script: string[]): void => {
    execFileSync('npm', ['run', '--silent', ...script], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  if (git('status', '--porcelain').length > 0) {
    console.warn('warning: this dry run has changes that are not committed, so no release would have them');
  }
  // the history says which commit brought a changeset
  git('clone', '--quiet', resolve('.'), root);
  for (const file of git('ls-files', '-z', '--cached', '--others', '--exclude-standard')) {
    if (existsSync(file)) cpSync(file, join(root, file));
    else rmSync(join(root, file), { force: true });
  }
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  const changes = readdirSync(join(root, '.changeset')).filter((file) => file.endsWith('.md'));
  if (changes.length > 0) npmRun('tool', '--', 'release:version');
  if (values.built) {
    cpSync('dist', join(root, 'dist'), { recursive: true });
    writeVersion(join(root, 'dist'), versionIn('.'), versionIn(root));
  } else npmRun('build');
  return packRelease(root);
}

function git(...args: string[]): string[] {
  return execFileSync('git', args, { encoding: 'utf8', maxBuffer: 1 << 26 })
    .split('\0')
    .filter((part) => part !== '');
}

function versionIn(root: string): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}

function writeDown({ folder, manifest, place, files }: Packed, out: string): void {
  mkdirSync(out, { recursive: true });
  const list = files.map(({ path, size }) => `${String(size).padStart(8)} ${path}`);
  writeFileSync(join(out, 'files.txt'), `${list.join('\n')}\n`);
  writeFileSync(join(out, 'changelog.md'), `${changelogIn(folder, manifest.version)}\n`);
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  writeFileSync(join(out, 'readme.html'), readmePage(readme, resolve('.'), place));
}

function warningsAbout({ folder, manifest, place }: Packed): string[] {
  const lines = changelogIn(folder, manifest.version).split('\n').length;
  return [
    ...(place === undefined ? ['`repository.url` of package.json is empty: nothing can be published yet'] : []),
    ...(lines > 60 ? [`the changelog has ${lines} lines; readers skip more than 60`] : []),
  ];
}

function changelogIn(folder: string, version: string): string {
  return changelogOf(readFileSync(join(folder, 'CHANGELOG.md'), 'utf8'), version);
}
