import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The columns that a guide's page has for code. */
const columns = 90;

test.each(readdirSync('docs').filter((file) => file.endsWith('.md')))('no line of code in docs/%s is cut', (file) => {
  const blocks = readFileSync(`docs/${file}`, 'utf8').matchAll(/^```.*?\n(.*?)^```$/gms);
  const lines = [...blocks].flatMap(([, code]) => code!.split('\n'));
  expect(lines.filter((line) => line.length > columns)).toEqual([]);
});
