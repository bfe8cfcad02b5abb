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
