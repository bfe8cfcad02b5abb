import { describe, expect, test } from 'vitest';
import { compareNaturally } from '../../src/images/natural-order.js';
import { orderClasses } from '../../src/images/label-images.js';

describe('the order of names', () => {
  test('counts numbers by their value, also long ones and several in a name', () => {
    const ordered = ['1.png', '2.png', '10.png', 'a2b9', 'a2b10', 'a10b1', `x${'9'.repeat(30)}`, `x1${'0'.repeat(30)}`];
    expect([...ordered].reverse().sort(compareNaturally)).toEqual(ordered);
  });

  test('is by code unit otherwise, on every machine, and never leaves two names equal', () => {
    expect(['b', 'a', 'B', 'ä', 'Z'].sort(compareNaturally)).toEqual(['B', 'Z', 'a', 'b', 'ä']);
    expect(['1', '01', '001'].sort(compareNaturally)).toEqual(['001', '01', '1']);
    expect(compareNaturally('01', '1')).toBe(-compareNaturally('1', '01'));
    expect(compareNaturally('a1', 'a1')).toBe(0);
  });

  test('numbers the classes independently of their order', () => {
    const groups = [
      ['10', ['j']],
      ['9', ['i', 'h']],
    ] as const;
    const expected = { classes: ['9', '10'], sources: ['i', 'h', 'j'], labels: Int32Array.of(0, 0, 1) };
    expect(orderClasses<string>(groups)).toEqual(expected);
    expect(orderClasses<string>([...groups].reverse())).toEqual(expected);
  });
});
