// Turns all changesets into the next version and its entry in CHANGELOG.md: npm run tool -- release:version
import { readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

const { status } = spawnSync('npm', ['run', '--silent', 'tool', '--', 'changeset', 'version'], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

// npm writes the version of the root into its lock as well
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  version: string;
  packages: Record<string, { version: string }>;
};
lock.version = version;
lock.packages['']!.version = version;
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);

// reads the new version when it is loaded
await import('./install-lines.js');
