import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { consumer, entries, runNode, write } from './consumer.js';

const dist = join(consumer, 'node_modules', 'tfjs-generative', 'dist');
const script = (name: string): string => `entry-${name.replaceAll('/', '-')}`;

/** What a process finds that imports one entry, then its CommonJS file. */
interface Found {
  /** Backends that were registered by the import, and tensors that it made. */
  readonly backends: readonly string[];
  readonly tensors: number;
  readonly imported: readonly string[];
  readonly required: readonly string[];
  /** The names that a program sees that imports the CommonJS file, and those with another value there. */
  readonly shown: readonly string[];
  readonly unequal: readonly string[];
}

describe.each(entries)('the entry %s', (entry) => {
  let found: Found;
  beforeAll(async () => {
    const file = `./node_modules/${entry.replace('/', '/dist/').replace(/^tfjs-generative$/, '$&/dist/index')}.cjs`;
    const program = `
      import { createRequire } from 'node:module';
      import * as tf from '@tensorflow/tfjs-core';
      const imported = Object.keys(await import('${entry}')).sort();
      const backends = Object.keys(tf.engine().registry);
      await import('@tensorflow/tfjs-backend-cpu'); await tf.setBackend('cpu');
      const { numTensors: tensors } = tf.memory();
      const { default: whole, 'module.exports': same, ...named } = await import('${file}');
      const unequal = Object.keys(named).filter((name) => named[name] !== whole[name]);
      const [shown, required] = [named, createRequire(import.meta.url)('${entry}')].map((all) => Object.keys(all).sort());
      console.log(JSON.stringify({ backends, tensors, imported, required, shown, unequal }));`;
    found = JSON.parse(await runNode(write(`${script(entry)}.mjs`, program))) as Found;
  });

  test('exports the same names to import and to require', () => {
    expect(found.imported).not.toEqual([]);
    expect(found.imported).toEqual(found.required);
  });

  test('shows a program that imports its CommonJS file each of its names', () => {
    expect(found.shown).toEqual(found.imported);
    expect(found.unequal).toEqual([]);
  });

  test('makes no tensor and starts no backend when it is imported', () => {
    expect([found.backends, found.tensors]).toEqual([[], 0]);
  });
});

describe('classes', () => {
  const everyEntry = JSON.stringify(entries);
  const shared = `
    const seen = new Map(); const doubles = [];
    for (const [entry, names] of Object.entries(modules)) for (const [name, value] of Object.entries(names)) {
      if (seen.has(name) && seen.get(name) !== value) doubles.push(entry + ': ' + name);
      seen.set(name, value);
    }
    console.log(JSON.stringify({ doubles, shapeError: typeof seen.get('ShapeError') }));`;

  test('exported under one name by two entries are the same class with import', async () => {
    const file = write(
      'identity.mjs',
      `const modules = {}; for (const entry of ${everyEntry}) modules[entry] = await import(entry); ${shared}`,
    );
    expect(JSON.parse(await runNode(file))).toEqual({ doubles: [], shapeError: 'function' });
  });

  test('exported under one name by two entries are the same class with require', async () => {
    const file = write(
      'identity.cjs',
      `const modules = {}; for (const entry of ${everyEntry}) modules[entry] = require(entry); ${shared}`,
    );
    expect(JSON.parse(await runNode(file))).toEqual({ doubles: [], shapeError: 'function' });
  });

  test.each(['.js', '.cjs'])('are defined once in all %s files of the package', (extension) => {
    const definitions = readdirSync(dist)
      .filter((file) => file.endsWith(extension))
      .flatMap((file) => [
        ...readFileSync(join(dist, file), 'utf8').matchAll(/(?<![.])\b(\w+) = (?:\/\*.*?\*\/ )?class\b|^class (\w+)/gm),
      ])
      .map(([, assigned, declared]) => assigned ?? declared);
    expect(definitions).toContain('ShapeError');
    expect(definitions).toEqual([...new Set(definitions)]);
  });
});

describe('the main entry', () => {
  test.each(['index.js', 'index.cjs'])('needs only tfjs-core at run time (%s)', async (file) => {
    const { metafile } = await build({
      entryPoints: [join(dist, file)],
      bundle: true,
      packages: 'external',
      write: false,
      metafile: true,
      platform: 'neutral',
    });
    const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
    expect([...new Set(outside)]).toEqual(['@tensorflow/tfjs-core']);
  });
});
