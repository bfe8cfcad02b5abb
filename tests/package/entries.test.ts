import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { consumer, entries, runNode, write } from './consumer.js';

const dist = join(consumer, 'node_modules', 'tfjs-generative', 'dist');
const script = (name: string): string => `entry-${name.replaceAll('/', '-')}`;

describe.each(entries)('the entry %s', (entry) => {
  test('exports the same names to import and to require', async () => {
    const imported = await runNode(
      write(
        `${script(entry)}.mjs`,
        `import * as all from '${entry}'; console.log(JSON.stringify(Object.keys(all).sort()));`,
      ),
    );
    const required = await runNode(
      write(`${script(entry)}.cjs`, `console.log(JSON.stringify(Object.keys(require('${entry}')).sort()));`),
    );
    expect(JSON.parse(imported)).not.toEqual([]);
    expect(JSON.parse(imported)).toEqual(JSON.parse(required));
  });

  test('shows a program that imports its CommonJS file each of its names', async () => {
    const file = `./node_modules/${entry.replace('/', '/dist/').replace(/^tfjs-generative$/, '$&/dist/index')}.cjs`;
    const program = `
      import * as all from '${entry}'; import * as common from '${file}';
      const { default: whole, 'module.exports': same, ...named } = common;
      const unequal = Object.keys(named).filter((name) => named[name] !== whole[name]);
      console.log(JSON.stringify([Object.keys(all).sort(), Object.keys(named).sort(), unequal]));`;
    const [names, shown, unequal] = JSON.parse(
      await runNode(write(`${script(entry)}-names.mjs`, program)),
    ) as string[][];
    expect(shown).toEqual(names);
    expect(unequal).toEqual([]);
  });

  test('makes no tensor and starts no backend when it is imported', async () => {
    const file = write(
      `${script(entry)}-tensors.mjs`,
      `import * as tf from '@tensorflow/tfjs-core'; await import('${entry}'); const backends = Object.keys(tf.engine().registry);
       await import('@tensorflow/tfjs-backend-cpu'); await tf.setBackend('cpu');
       console.log(JSON.stringify({ backends, tensors: tf.memory().numTensors }));`,
    );
    expect(JSON.parse(await runNode(file))).toEqual({ backends: [], tensors: 0 });
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
        ...readFileSync(join(dist, file), 'utf8').matchAll(/^(?:var (\w+) = .*\bclass\b|class (\w+))/gm),
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
