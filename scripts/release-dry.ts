// Does everything of a release except publishing, in a clone of the last commit: npm run tool -- release:dry
// It makes the version and its changelog, builds, packs, installs the package in an empty app and tries it, and lists what would be published.
// out/release gets the list, the changelog and the README as a registry shows it. Exits with 1 if anything is wrong.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { changelogOf } from './release/changelog.js';
import { checks, failedChecks, megabytes } from './release/checks.js';
import { packRelease, type Packed } from './release/pack.js';
import { readmePage } from './release/readme.js';

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

/** What a release does after the merge of its version, in a fresh clone with the packages that are installed here. */
function makeRelease(root: string): Packed {
  const npmRun = (...script: string[]): void => {
    execFileSync('npm', ['run', '--silent', ...script], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  if (execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' }) !== '') {
    console.warn('warning: what is not committed is not in this release');
  }
  execFileSync('git', ['clone', '--quiet', resolve('.'), root]);
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  const changes = readdirSync(join(root, '.changeset')).filter((file) => file.endsWith('.md'));
  if (changes.length > 0) npmRun('tool', '--', 'release:version');
  npmRun('build');
  return packRelease(root);
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
