import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { placeOf, type Manifest, type Place } from './place.js';
import { absoluteReadme } from './readme.js';

/** A package that is ready to be published, and what is in it. */
export interface Packed {
  /** The repository, or the clone, that it was made from. */
  readonly root: string;
  /** What is packed, as files. */
  readonly folder: string;
  readonly tarball: string;
  readonly manifest: Manifest;
  readonly place: Place | undefined;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** The bytes of all files, and those of the tarball. */
  readonly bytes: { readonly unpacked: number; readonly packed: number };
}

/** Files that npm packs in addition to `package.json` and its `files`. */
const npmAlwaysPacks = ['README.md', 'LICENSE'];

interface NpmPack {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/**
 * Copies the files of the package into `ROOT/out/package`, makes the links of the README absolute, writes where the project is into `package.json`,
 * and packs that folder into `ROOT/out`. The files of the repository itself stay as they are.
 */
export function packRelease(root: string): Packed {
  const out = resolve(root, 'out');
  const folder = join(out, 'package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const written = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  for (const path of [...npmAlwaysPacks, ...written.files].filter((path) => existsSync(join(root, path)))) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  const place = placeOf(written);
  const manifest = { ...written, ...place?.fields } as Manifest;
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  if (place !== undefined) {
    const readme = join(folder, 'README.md');
    writeFileSync(readme, absoluteReadme(readFileSync(readme, 'utf8'), place));
  }

  const text = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', out], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename, files, size, unpackedSize }] = JSON.parse(text) as [NpmPack];
  return {
    root,
    folder,
    tarball: join(out, filename),
    manifest,
    place,
    files,
    bytes: { unpacked: unpackedSize, packed: size },
  };
}
