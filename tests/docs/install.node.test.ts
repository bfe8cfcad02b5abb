import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandsFromSource, fromSource, isPublished, packed, pages, withInstallLines } from '../../docs/install.mjs';

const read = (file: string): string => readFileSync(file, 'utf8');

test.each(pages)('%s says how to install the package from its source, until npm has it', (page) => {
  expect(withInstallLines(read(page))).toBe(read(page));
  expect(read(page)).toContain('<!-- from source: ');
});

test('no other page has a command or an address that needs the package on npm', () => {
  const all = [
    ...readdirSync('docs').map((file) => `docs/${file}`),
    'CONTRIBUTING.md',
    ...readdirSync('examples')
      .map((folder) => `examples/${folder}/README.md`)
      .filter((file) => existsSync(file)),
  ];
  const needing = all
    .filter((file) => file.endsWith('.md'))
    .filter((file) =>
      /npm (i|install|add) (?!.*@\d).*tfjs-generative\b|cdn\.jsdelivr\.net\/npm\/tfjs-generative/.test(read(file)),
    );
  expect(needing.filter((file) => !pages.includes(file))).toEqual([]);
});

test.runIf(!isPublished)(
  'the file has the name that npm pack gives it, and is installed before the other packages',
  () => {
    const { name, version } = JSON.parse(read('package.json')) as { name: string; version: string };
    expect(packed).toBe(`../${name}/${name}-${version}.tgz`);
    const [, file, others] = commandsFromSource('npm i tfjs-generative @tensorflow/tfjs');
    expect([file, others]).toEqual([`npm i ../${name}/${name}-${version}.tgz`, 'npm i @tensorflow/tfjs']);
    for (const kind of ['table', 'scripts', 'starter', 'npm i tfjs-generative'])
      expect(fromSource(kind)).toMatch(/^tfjs-generative is not on npm yet/);
  },
);

/** What the command of the README installs, without this package: the packages of the lock file that it needs, by their places there. */
function installed(): Record<string, Locked> {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
  const [, others] = /`npm i tfjs-generative (.*?)`, then save/.exec(read('README.md'))!;
  const { dependencies = {}, peerDependencies, peerDependenciesMeta } = packages['']!;
  const required = Object.keys(peerDependencies!).filter((name) => peerDependenciesMeta![name]?.optional !== true);
  const found: Record<string, Locked> = {};
  const visit = (name: string, from: string): void => {
    const inner = `${from}/node_modules/${name}`;
    const place = from !== '' && inner in packages ? inner : `node_modules/${name}`;
    if (place in found) return;
    found[place] = packages[place]!;
    Object.keys(found[place].dependencies ?? {}).forEach((next) => visit(next, place));
  };
  [...others!.split(' '), ...Object.keys(dependencies), ...required].forEach((name) => visit(name, ''));
  return found;
}

interface Locked {
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly peerDependenciesMeta?: Record<string, { readonly optional?: boolean }>;
}

test('the program of the README needs at most 16 packages, none of which runs a script when it is installed', () => {
  const packages = installed();
  expect(Object.keys(packages)).toContain('node_modules/@tensorflow/tfjs-core');
  expect(Object.keys(packages).length + 1).toBeLessThanOrEqual(16);
  expect(Object.keys(packages).filter((place) => packages[place]!.hasInstallScript)).toEqual([]);
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
});
