// Publishes the version in package.json, after all checks: npm run tool -- release. If it is published already, nothing happens.
// docs/releases.md says when, and by whom; npm run tool -- release:dry does everything but this.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { changelogOf } from './release/changelog.js';
import { failedChecks } from './release/checks.js';
import { packRelease } from './release/pack.js';
import type { Manifest } from './release/place.js';
import { checkPublisher } from './release/publisher.js';
import { run } from './release/run.js';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const version = `${manifest.name}@${manifest.version}`;
const npm = execFileSync('npm', ['--version'], { encoding: 'utf8' }).trim();
checkPublisher(manifest, npm, process.env);

mkdirSync('out/release', { recursive: true });
writeFileSync('out/release/changelog.md', changelogOf(readFileSync('CHANGELOG.md', 'utf8'), manifest.version));
const published = await run('.', 'npm', 'view', version, 'version');
if (published.output.trim() === manifest.version) {
  console.log(`${version} is published already`);
} else {
  execFileSync('npm', ['run', 'build'], { stdio: 'inherit' });
  const packed = packRelease('.');
  if ((await failedChecks(packed)) > 0) throw new Error(`${version} is not published`);
  // Only the workflow can prove where the package comes from.
  const provenance = process.env['GITHUB_ACTIONS'] === 'true' ? ['--provenance'] : [];
  execFileSync('npm', ['publish', packed.tarball, '--access', 'public', ...provenance], {
    stdio: 'inherit',
  });
}
