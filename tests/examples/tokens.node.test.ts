import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../src/index.js';
import { loadText, textData } from '../../examples/text/text-data.js';
import { loadWords } from '../../examples/words/words.js';
import { runExample } from './run-example.js';

let folder: string;
const json = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokens-'));
  const syllables = ['ka', 'lo', 'mi', 'tu', 'se', 'na', 'ro'];
  const words = syllables.flatMap((a) => syllables.flatMap((b) => syllables.map((c) => a + b + c)));
  writeFileSync(join(folder, 'words.txt'), words.join('\n'));
  writeFileSync(join(folder, 'text.txt'), 'the cat sat on the mat. '.repeat(400));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('words', () => {
  test.each(['autoregressive', 'masked'])('learns and measures with the %s model', (model) => {
    const words = ['--data', 'words.txt', '--model', model, '--steps', '3', '--count', '5', '--json', `${model}.json`];
    const { status, stdout, stderr } = runExample('words', folder, [...words, '--known', 'ka']);
    expect(stderr).not.toMatch(/^words: `/m);
    expect(status).toBe(0);
    expect(stdout).toMatch(/5 words: \d are in the list/);
    const result = json(`${model}.json`);
    expect(result).toMatchObject({ model, steps: 3, seed: 1 });
    // hardly trained: about as many nats as for equally likely letters and the end
    expect(result['natsPerWord']).toBeGreaterThan(10);
    for (const { word } of result['words'] as { word: string }[]) expect(word.startsWith('ka')).toBe(true);
  });

  test('holds out a tenth of the list, and keeps words of 3 to 12 letters', () => {
    const path = join(folder, 'mixed.txt');
    const list = Array.from({ length: 200 }, (_, i) => `word${String.fromCharCode(97 + (i % 26))}${'x'.repeat(i % 8)}`);
    writeFileSync(path, [...new Set(list), 'ab', 'two words', 'thirteenletters'].join('\r\n'));
    const { train, heldOut } = loadWords(path, createRandom(1));
    expect(heldOut.length).toBe(Math.ceil((train.length + heldOut.length) / 10));
    expect(new Set([...train, ...heldOut]).size).toBe(new Set(list.filter(({ length }) => length <= 12)).size);
  });

  test('rejects a pattern with other letters, and a list that is too short', () => {
    const wrong = runExample('words', folder, ['--data', 'words.txt', '--steps', '1', '--known', 'k?']);
    expect(wrong).toMatchObject({ status: 2, stderr: '--known must hold letters of the words and _; got ?.\n' });
    writeFileSync(join(folder, 'few.txt'), 'one\ntwo\n');
    expect(runExample('words', folder, ['--data', 'few.txt']).stderr).toMatch(/at least 100 words .* got 2\./);
  });
});

describe('text', () => {
  test('learns, saves, and continues a prompt with the loaded model', () => {
    const words = ['--data', 'text.txt', '--steps', '2', '--characters', '70', '--save', 'text.safetensors'];
    const trained = runExample('text', folder, [...words, '--prompt', 'the', '--json', 'text.json']);
    expect(trained.status).toBe(0);
    expect(json('text.json')).toMatchObject({ model: 'autoregressive', steps: 2 });
    expect((json('text.json')['written'] as string).length).toBe(70);
    const loaded = runExample('text', folder, ['--load', 'text.safetensors', '--characters', '70', '--prompt', 'the']);
    // the same seed and weights write the same
    expect(loaded.stdout.split('\n')[0]).toBe(trained.stdout.split('\n').at(-3));
  });

  test('fills in a gap with the masked model', () => {
    const words = ['--data', 'text.txt', '--steps', '1', '--model', 'masked', '--gap', 'the c__ sat'];
    const { status, stdout } = runExample('text', folder, words);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^the c.. sat$/m);
  });

  test('ships a text of 1.3 million characters, of which the last tenth is held out', () => {
    const { alphabet, training, heldOut } = textData(loadText(), 64);
    expect(alphabet.tokens).toBe(96);
    expect(training.shape).toEqual([75669, 64]);
    expect(heldOut.shape).toEqual([2102, 64]);
  });

  test('rejects a prompt with characters that the text lacks', () => {
    const { status, stderr } = runExample('text', folder, ['--load', 'text.safetensors', '--prompt', 'É']);
    expect({ status, stderr }).toEqual({ status: 2, stderr: '--prompt must hold characters of the text; got "É".\n' });
  });
});
