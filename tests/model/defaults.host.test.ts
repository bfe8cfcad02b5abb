import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import { describeModel, saveModel } from '../../src/model/index.js';
import { makers } from '../../src/model/makers.js';
import type { Network } from '../../src/nets/network.js';
import { noteOf } from '../../src/tensor/made-by.js';
import type { Json } from '../../src/training/index.js';
import { atOnce } from '../../src/training/pause.js';
import { describe as descriptionOf } from '../../src/training/saving/describe.js';
import golden from '../golden/defaults.json';
import { inFiles, others } from './least-options.js';

const all = { ...inFiles, ...others };
const found = Object.fromEntries(Object.entries(all).map(([name, { make }]) => [name, atOnce(descriptionOf(make()))]));

/** The names of the options that a function accepts, as its error for a misspelt one lists them. */
function acceptedBy(make: (more?: object) => object): string[] {
  try {
    make({ misspelt: 1 });
  } catch (error) {
    const [, names] = /must be an object with the keys (.*); got the key 'misspelt'/.exec((error as Error).message)!;
    return names!.split(', ');
  }
  return [];
}

afterAll(() => {
  tf.disposeVariables();
});

test('every function that a file may name is here', () => {
  expect(Object.keys(inFiles).sort()).toEqual([...makers.keys()].sort());
});

describe.each(Object.entries(all))('%s', (name, { make, initial = [] }) => {
  test('notes each option that it accepts, those left to their defaults included, and no stream', () => {
    const { kind, options = {} } = noteOf(make())!;
    expect(kind).toBe(name);
    const wanted = acceptedBy(make).filter((option) => option !== 'random' && !initial.includes(option));
    expect(Object.keys(options).sort()).toEqual(wanted.sort());
  });

  // a default that has changed also changes what a file without the option means, and what is made within: tests/golden/README.md
  test('has the defaults of tests/golden/defaults.json, also in what it is made of', () => {
    expect({ [name]: found[name] }).toEqual({ [name]: (golden as Record<string, Json>)[name] });
  });
});

test('the golden file has no other entries', () => {
  expect(Object.keys(golden).sort()).toEqual(Object.keys(all).sort());
});

// npm run tool -- golden writes the file
test.runIf(process.env['UPDATE_GOLDEN'] !== undefined)('the file is written', async () => {
  const { writeFile } = await import('node:fs/promises');
  await writeFile(
    'tests/golden/defaults.json',
    `${JSON.stringify(Object.fromEntries(Object.entries(found).sort()), undefined, 1)}\n`,
  );
});

test.each(Object.entries(inFiles))('a file with %s holds all its options', async (_, { make }) => {
  const part = make() as Network;
  const { options } = describeModel(await saveModel(part)).parts['part']!;
  expect(Object.keys(options)).toEqual(Object.keys(noteOf(part)!.options ?? {}));
});
