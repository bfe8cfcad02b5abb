import { expect, test } from 'vitest';
import { outOfRange } from '../../src/tensor/errors.js';

const say = (...[argument, seen, fix]: [string, string, string?]): string =>
  outOfRange('f', argument, 'must be small', { seen, fix }).message;

test('an error has at most 300 characters, with any content', () => {
  for (const length of [1, 100, 1000, 300_000]) {
    const long = 'x'.repeat(length);
    for (const message of [say(long, 'it'), say('a', long), say('a', 'it', long), say(long, long, long)]) {
      expect(message.length).toBeLessThanOrEqual(300 - ' This was step 123456 of train.'.length + 1);
      expect(message).toMatch(/^f: `x*a?(\.\.\.)?` must be small; got /);
    }
  }
});

test('a long text ends after a word, with one ellipsis and no full stop', () => {
  const address = `https://example.org/${'path/'.repeat(12)}file.wasm`;
  for (let length = 1; length < 60; length++) {
    const reason = `no answer from ${address.slice(0, 19 + length)} (Failed to fetch it, because nobody. answered)`;
    const message = say('a', reason, 'Put it there.');
    const got = /; got (.*?)(\.\.\.|\.) Put it there\.$/.exec(message);
    expect(got).not.toBeNull();
    const [, text, stop] = got!;
    if (stop === '.') expect(text).toBe(reason);
    else {
      expect(reason.startsWith(text!)).toBe(true);
      expect(text).toMatch(/[^ .,:;(]$/);
      expect(reason[text!.length]).toMatch(/[ .,:;(]/);
    }
  }
  // a word alone has no better place
  expect(say('a', 'x'.repeat(200), 'Do.')).toBe(`f: \`a\` must be small; got ${'x'.repeat(117)}... Do.`);
});

test('an error shows what would steer a terminal, turn its text around or break its lines', () => {
  expect(say('a\u001b[31m', 'red\n\u0007\u009b\u202egnp.exe\u2028\u200b')).toBe(
    'f: `a\\u001b[31m` must be small; got red\\u000a\\u0007\\u009b\\u202egnp.exe\\u2028\\u200b.',
  );
  expect(say('é', '画像 😀')).toBe('f: `é` must be small; got 画像 😀.');
});
