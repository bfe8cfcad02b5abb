import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import { createRandom, minSnrWeighting, mlp, readMetrics, type Json } from '../../../src/index.js';
import { atOnce } from '../../../src/training/pause.js';
import { describe as descriptionOf, differences, functionsOf } from '../../../src/training/saving/describe.js';
import { checkSameRun, readDescription } from '../../../src/training/saving/describe-run.js';

afterAll(() => {
  tf.disposeVariables();
});

/** This number of nested records. */
const nested = (levels: number): unknown => (levels === 0 ? 1 : { in: nested(levels - 1) });

describe('the description', () => {
  test.each<[string, unknown, Json]>([
    ['nothing', undefined, null],
    ['null', null, null],
    ['a number', -1.5, -1.5],
    ['a number that JSON cannot hold', -Infinity, '-Infinity'],
    ['a text', 'a', 'a'],
    ['a truth', false, false],
    ['a BigInt', 3n, '3'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['a function', readMetrics, { function: 'readMetrics' }],
    ['a function that notes its numbers', minSnrWeighting({ limit: 4 }), { name: 'minSnrWeighting', limit: 4 }],
    ['a list', [1, [readMetrics]], [1, [{ function: 'readMetrics' }]]],
    // the checksum of the reference implementation
    ['an array of numbers', new TextEncoder().encode('hello'), { numbers: 5, checksum: '248bfa47' }],
    ['a stream', createRandom(1).fork('a').fork('b'), { seed: 1, path: ['a', 'b'] }],
    [
      'a part',
      mlp({ sizes: [2, 3], random: createRandom(1) }),
      {
        kind: 'mlp',
        sizes: [2, 3],
        activation: 'relu',
        parts: 1,
        0: { kind: 'dense', inputs: 2, units: 3, activation: null, parts: 0 },
      },
    ],
    ['a part of the user', { ...mlp({ sizes: [2, 3], random: createRandom(1) }) }, { variables: [[2, 3], [3]] }],
    ['a tensor', tf.zeros([2, 0]), { shape: [2, 0] }],
    ['an instance', new Map([[1, 2]]), { function: 'Map' }],
    ['a record without a prototype', Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
    ['a record with a state or a fork alone', { state: () => 1, fork: 1 }, { state: { function: 'state' }, fork: 1 }],
    ['six records within each other', nested(6), nested(6) as Json],
    ['what lies deeper', nested(7), { in: { in: { in: { in: { in: { in: { function: '' } } } } } } }],
  ])('of %s', (_, value, expected) => {
    expect(atOnce(descriptionOf(value))).toEqual(expected);
  });

  test.each<[string, Json, Json, string[]]>([
    ['equal records do not', { a: { b: [1] } }, { a: { b: [1] } }, []],
    ['numbers differ by their path', { a: { b: 1, c: 2 } }, { a: { b: 3, c: 4 } }, ['a.b', 'a.c']],
    ['lists differ as a whole', { a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }, ['a']],
    ['what one side alone has does not', { a: 1, b: 2 }, { b: 2, c: 3 }, []],
    ['functions do not', { f: { function: 'a' } }, { f: { function: 'b' } }, []],
    ['a function and a record do', { f: { function: 'a' } }, { f: { limit: 1 } }, ['f']],
    ['a record and a function do', { f: { limit: 1 } }, { f: { function: 'a' } }, ['f']],
    ['a number and a record do', { f: 1 }, { f: { limit: 1 } }, ['f']],
    ['records of other names differ as a whole', { f: { name: 'a', k: 1 } }, { f: { name: 'b', k: 2 } }, ['f']],
    ['a name at the top is one field of many', { name: 'a', k: 1 }, { name: 'b', k: 2 }, ['name', 'k']],
    ['two numbers differ without a path', 1, 2, ['']],
  ])('says what differs: %s', (_, saved, now, paths) => {
    expect(differences(saved, now).map(({ path }) => path)).toEqual(paths);
  });

  test('says what differs by the names of records, if they have names', () => {
    const [named, other] = [{ name: 'a', k: 1 }, { k: 1 }];
    expect(differences({ f: named }, { f: other })).toEqual([{ path: 'f', saved: 'a', now: other }]);
    expect(differences({ f: other }, { f: named })).toEqual([{ path: 'f', saved: other, now: 'a' }]);
  });

  test('names the functions in it by their paths', () => {
    expect(functionsOf({ a: { function: 'f' }, b: { c: { function: '' }, d: 1 }, e: [1] })).toEqual(['a', 'b.c']);
    expect(functionsOf({ function: 'f' })).toEqual(['']);
  });

  test('from another program is read as far as possible', () => {
    for (const about of [null, [], { library: 3, run: 'x' }]) {
      expect(readDescription(about)).toEqual({ library: '', run: {}, notCompared: [] });
    }
  });

  const messageOf = (saved: Json, now: Json, waive: string[] = []): string => {
    try {
      checkSameRun('load', { run: saved }, { run: now }, waive);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const schedule = { rate: { from: 1, to: 0, steps: 9 }, beta: 0.9, clip: 1, width: 4 };

  test('names the first difference and what to waive, with the parts of one value as a whole', () => {
    const rule = 'load: `trainer` must be made like the saved one; got';
    expect(messageOf(schedule, { ...schedule, clip: 2 })).toBe(
      `${rule} clip 2 where the file has 1. Use the same settings, or load with { waive: ['clip'] }.`,
    );
    expect(messageOf(schedule, { ...schedule, rate: { from: 2, to: 0, steps: 8 } })).toBe(
      `${rule} rate.from 2 where the file has 1, and 1 more. Use the same settings, or load with { waive: ['rate'] }.`,
    );
    expect(messageOf(schedule, { ...schedule, rate: { from: 1, to: 0, steps: 8 } })).toContain(
      "{ waive: ['rate.steps'] }",
    );
    expect(messageOf({ w1: 1, w2: 1 }, { w1: 2, w2: 2 })).toContain("{ waive: ['w1', 'w2'] }");
    expect(messageOf({ a: { b: 1 }, c: { d: 1 } }, { a: { b: 2 }, c: { d: 2 } })).toContain("['a.b', 'c.d']");
    expect(messageOf({ a: { b: 1 }, c: { d: 1 }, e: { f: 1 } }, { a: { b: 2 }, c: { d: 2 }, e: { f: 2 } })).toContain(
      "got a.b 2 where the file has 1, and 2 more. Use the same settings, or load with { waive: ['a.b', 'c.d', ...] }.",
    );
  });

  test('is not compared if it is waived by its name or that of its record', () => {
    const other = { ...schedule, rate: { from: 2, to: 1, steps: 8 } };
    expect(messageOf(schedule, other, ['rate'])).toBe('');
    expect(messageOf(schedule, other, ['rate.from', 'rate.to', 'rate.steps'])).toBe('');
    expect(messageOf(schedule, other, ['rate.from', 'rate.to'])).toContain('rate.steps');
    expect(messageOf(schedule, other, ['ra', 'from'])).toContain('rate.from');
  });
});
