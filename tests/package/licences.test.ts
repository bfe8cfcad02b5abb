import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { consumer } from './consumer.js';

const dist = join(consumer, 'node_modules', 'tfjs-generative', 'dist');

/** The packages that files of `src` import, apart from tfjs and what only the user's machine has. */
const imported = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith('wasm/assembly'))
  .flatMap((file) => [
    ...readFileSync(join('src', file), 'utf8').matchAll(/^(?:im|ex)port [^;]*? from '([a-z][\w-]*)'/gm),
  ])
  .map(([, name]) => name!)
  .filter((name) => existsSync(`node_modules/${name}`));

test('the package has the licence of each package that it contains', () => {
  const text = readFileSync(join(dist, 'third-party-licenses.txt'), 'utf8');
  expect(imported).toContain('pngjs');
  expect(imported.filter((name) => !text.includes(`\n${name}:\n`))).toEqual([]);
  // what those need
  for (const name of ['string-width', 'emoji-regex']) expect(text).toContain(`\n${name}:\n`);
  expect(text.match(/^[\w@/-]+:$/gm)!.length).toBeLessThanOrEqual(
    text.match(/Permission|Redistribution|Apache/g)!.length,
  );
});

test('no file of the package imports a package that an app does not install', () => {
  const { peerDependencies } = JSON.parse(readFileSync(join(dist, '../package.json'), 'utf8')) as {
    peerDependencies: Record<string, string>;
  };
  const files = readdirSync(dist).filter((file) => /\.c?js$/.test(file) && !/global|grading-child/.test(file));
  const names = files.flatMap((file) =>
    [
      ...readFileSync(join(dist, file), 'utf8').matchAll(
        /(?:^(?:import|export)\b[^;'"=(]*? from |^import |\brequire\(|\bimport\()['"]([^.'"][^'"]*)['"]/gm,
      ),
    ].map(([, name]) => name!),
  );
  const strange = [...new Set(names)].filter((name) => !isBuiltin(name) && !(name in peerDependencies));
  expect(strange).toEqual([]);
});
