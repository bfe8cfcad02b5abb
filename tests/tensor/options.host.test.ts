import { describe, expect, test } from 'vitest';
import { checkFunction, checkInteger, checkNumber, checkWord } from '../../src/tensor/checks.js';
import { optional, readOptions, type Rules } from '../../src/tensor/options.js';

interface Wanted {
  readonly count: number;
  readonly rate?: number | undefined;
  readonly way?: 'up' | 'down' | undefined;
  readonly label?: string | undefined;
  readonly call?: (() => number) | undefined;
  readonly hint?: number | undefined;
}

const rules = {
  count: checkInteger,
  rate: { is: checkNumber, default: 0.5, above: 0, most: 1 },
  way: { is: checkWord, default: 'up', of: ['up', 'down'] },
  label: optional,
  call: { is: checkFunction, default: undefined },
  hint: { is: checkInteger, default: 0, least: 0, most: 2 },
} satisfies Rules<Wanted>;

const read = (options: unknown) => readOptions('f', options as Wanted, rules);

describe('a table of rules', () => {
  test('fills in missing and undefined options, but not null', () => {
    const all = { count: 2, rate: 0.5, way: 'up', label: undefined, call: undefined, hint: 0 };
    expect(read({ count: 2 })).toEqual(all);
    expect(read({ count: 2, rate: undefined, way: undefined })).toEqual(all);
    expect(() => read({ count: 2, rate: null })).toThrow('f: `rate` must be a number; got null.');
  });

  test('takes the options, including members of a prototype', () => {
    class Options {
      count = 3;
      get rate(): number {
        return 0.25;
      }
    }
    expect(read(new Options())).toMatchObject({ count: 3, rate: 0.25 });
    const given = { count: 1, rate: 1, way: 'down', label: '', call: () => 1, hint: 2 };
    expect(read(given)).toEqual(given);
  });

  test.each([
    [undefined, 'f: `options` must be an object with the keys count, rate, way, label, call, hint; got undefined.'],
    [null, 'f: `options` must be an object with the keys count, rate, way, label, call, hint; got null.'],
    [
      { count: 1, rates: 1 },
      "f: `options` must be an object with the keys count, rate, way, label, call, hint; got the key 'rates'.",
    ],
    [
      { count: 1, toString: 1 },
      "f: `options` must be an object with the keys count, rate, way, label, call, hint; got the key 'toString'.",
    ],
    [{}, 'f: `count` must be a number; got undefined.'],
    [{ count: 0 }, 'f: `count` must be a positive integer; got 0.'],
    [{ count: 1, rate: 2 }, 'f: `rate` must be finite and above 0 and at most 1; got 2.'],
    [{ count: 1, way: 'left' }, "f: `way` must be 'up' or 'down'; got 'left'."],
    [{ count: 1, call: 1 }, 'f: `call` must be a function; got 1.'],
    [{ count: 1, hint: 3 }, 'f: `hint` must be an integer of at least 0 and at most 2; got 3.'],
    [{ count: 1, hint: -1 }, 'f: `hint` must be an integer of at least 0 and at most 2; got -1.'],
    // faults are found in the order of the rules, not of the options
    [{ rate: 2, count: 0 }, 'f: `count` must be a positive integer; got 0.'],
  ])('refuses %o', (options, message) => {
    expect(() => read(options)).toThrow(expect.objectContaining({ message }));
  });

  test('lets an unknown key pass whose value is undefined', () => {
    expect(read({ count: 1, rates: undefined }).count).toBe(1);
  });

  test('names the options of a record within the options after it', () => {
    const inner = { count: 0 } as Wanted;
    expect(() => readOptions('f', inner, rules, 'best')).toThrow('f: `best.count` must be a positive integer; got 0.');
    expect(() => readOptions('f', null as unknown as Wanted, rules, 'best')).toThrow('f: `best` must be an object');
  });

  test('is compared with the interface by the compiler', () => {
    const options: Wanted = { count: 1 };
    const { rate, label } = readOptions('f', options, rules);
    // a default leaves no undefined
    expect(rate.toFixed(1)).toBe('0.5');
    // @ts-expect-error without a default it may be undefined
    expect(() => label.length).toThrow(TypeError);

    interface Two {
      readonly a: number;
      readonly b?: number | undefined;
    }
    const two: Two = { a: 1 };
    const { a, b } = { a: checkNumber, b: { is: checkNumber, default: 0 } };
    // @ts-expect-error a rule is missing
    readOptions('f', two, { a });
    // @ts-expect-error there is no such option
    readOptions('f', two, { a, b, c: optional });
    // @ts-expect-error what may be left out needs a default
    expect(() => readOptions('f', two, { a, b: checkNumber })).toThrow('`b` must be a number');
    // @ts-expect-error what is needed has none
    readOptions('f', two, { a: b, b });
    // @ts-expect-error a default is of the type of the option
    readOptions('f', two, { a, b: { default: '' } });
    // @ts-expect-error a check is for the type of the option
    readOptions('f', two, { a: (where: string, argument: string, value: string) => void value, b });
    // @ts-expect-error a limit that the check does not know
    readOptions('f', two, { a: { is: checkInteger, below: 3 }, b });
    // @ts-expect-error a check without limits
    readOptions('f', two, { a: { is: () => undefined, most: 3 }, b });
    expect(readOptions('f', two, { a, b })).toEqual({ a: 1, b: 0 });
  });
});
