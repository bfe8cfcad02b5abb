import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder outside the repository in whose node_modules the packed tarball is installed. */
    consumer: string;
  }
}

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

/** What a consumer installs besides this package and its peers. */
const besides = [
  '@types/node',
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-backend-cpu',
  'onnxruntime-web',
  'react',
  'react-dom',
  'uplot',
  'vite',
];

/** Packs the tarball once, as `npm publish` would, and installs it in a separate folder. */
export default function setup(project: TestProject): () => void {
  const consumer = installPacked();
  project.provide('consumer', consumer);
  return () => rmSync(consumer, { recursive: true, force: true });
}

/** Makes a folder outside the repository, in whose node_modules the packed tarball is installed. */
export function installPacked(): string {
  if (isStale()) execFileSync('npm', ['run', 'build'], { stdio: ['ignore', 'inherit', 'inherit'] });

  const consumer = mkdtempSync(join(tmpdir(), 'tfjs-generative-consumer-'));
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', consumer], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const tarball = (JSON.parse(packed) as { filename: string }[])[0]?.filename;
  if (tarball === undefined) throw new Error('npm pack made no tarball');
  unpackInto(consumer, join(consumer, tarball));
  return consumer;
}

/** Installs a tarball in an app; only what the package declares can be resolved there: an import of anything else fails, as it would for a user. */
export function unpackInto(app: string, tarball: string): void {
  const installed = join(app, 'node_modules', 'tfjs-generative');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  const { dependencies } = manifestIn(app);
  link(app, Object.keys({ ...dependencies }));
  linkPeers(app);
}

/** Links the peers of the package that is installed in an app, and what a user installs besides. */
export function linkPeers(app: string): void {
  link(app, [...Object.keys({ ...manifestIn(app).peerDependencies }), ...besides]);
}

function manifestIn(app: string): Manifest {
  return JSON.parse(readFileSync(join(app, 'node_modules', 'tfjs-generative', 'package.json'), 'utf8')) as Manifest;
}

function link(app: string, names: readonly string[]): void {
  for (const name of new Set(names)) {
    const path = join(app, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path)) symlinkSync(resolve('node_modules', name), path);
  }
}

function isStale(): boolean {
  if (!existsSync('dist/index.d.cts')) return true;
  const built = statSync('dist/index.js').mtimeMs;
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).map((file) => join('src', file));
  return [...sources, 'package.json', 'tsup.config.ts'].some((file) => statSync(file).mtimeMs > built);
}
