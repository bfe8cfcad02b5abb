import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countKeys, levelsOf } from '../../../src/training/saving/json-text.js';
import { decodeSafetensors, encodeSafetensors } from '../../support/safetensors.js';

const isRecord = (value: unknown): value is object => value !== null && typeof value === 'object';

/** Keys of a value and of all in it, by recursion. */
function keysIn(value: unknown): number {
  if (!isRecord(value)) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, inner) => sum + keysIn(inner), own);
}

/** Levels of a value, by recursion. */
function levelsIn(value: unknown): number {
  return isRecord(value) ? 1 + Math.max(0, ...Object.values(value).map(levelsIn)) : 0;
}

describe('of a JSON text', () => {
  test('keys and levels are those of the value, with any strings and blanks', () => {
    const hard = fc.string({ unit: fc.constantFrom('"', '\\', ':', ',', '{', ']', ' ', 'a'), maxLength: 8 });
    const value = fc.letrec((tie) => ({
      any: fc.oneof(hard, fc.integer(), tie('list'), tie('record')),
      list: fc.array(tie('any'), { maxLength: 4 }),
      record: fc.dictionary(hard, tie('any'), { maxKeys: 4 }),
    })).any;
    const law = fc.property(value, fc.constantFrom(undefined, 1, '\t'), (json, blanks) => {
      const text = JSON.stringify(json, null, blanks);
      expect([countKeys(text), levelsOf(text)]).toEqual([keysIn(json), levelsIn(json)]);
    });
    fc.assert(law, { seed: 7, numRuns: 500 });
  });

  test('equal keys are counted separately', () => {
    expect(countKeys('{"a":1,"a" :2,"\\u0061"\n:{"a":3}}')).toBe(4);
  });

  test('a string without an end extends to the end of the text', () => {
    expect([countKeys('{"a": "b\\'), levelsOf('{"a": "[[[')]).toEqual([1, 1]);
  });
});

test('metadata with 300,000 escapes, or of 10 million characters, come back: the time grows as their length', () => {
  for (const note of ['"\\'.repeat(150_000), 'x'.repeat(10_000_000)]) {
    const text = JSON.stringify({ note });
    const { metadata } = decodeSafetensors('load', encodeSafetensors({ tensors: [], metadata: { text } }));
    expect(levelsOf(metadata['text']!)).toBe(1);
    expect(metadata['text'] === text).toBe(true);
  }
});
