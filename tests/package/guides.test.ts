import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { writePictures } from '../docs/pictures.js';
import { snippetsOfPage } from '../docs/snippets.js';
import { consumer, runWhereItIs, write } from './consumer.js';

/** How a page tells its readers to run a program that they save. */
const COMMAND = /`(?<runner>npx tsx|node) (?<name>[\w-]+)\.(?<extension>mts|mjs)`/;
const tsx = resolve('node_modules/tsx/dist/cli.mjs');

const pages = ['README.md', ...readdirSync('docs').map((file) => `docs/${file}`)].filter((file) =>
  file.endsWith('.md'),
);
const programs = pages.flatMap((page) => {
  const { runner, extension } = COMMAND.exec(readFileSync(page, 'utf8'))?.groups ?? {};
  if (runner === undefined) return [];
  return snippetsOfPage(page)
    .filter(({ code, runs }) => runs && /^import /m.test(code))
    .map(({ title, code }) => ({ title, code, command: `${runner} .${extension}` }));
});

test('pages that name a command for a saved program are found', () => {
  expect(new Set(programs.map(({ command }) => command))).toEqual(new Set(['node .mjs', 'npx tsx .mts']));
});

test.concurrent.each(programs)('the program at $title runs by $command', async ({ title, code, command }) => {
  const folder = `guides/${title.replaceAll(/\W+/g, '-')}`;
  const file = write(`${folder}/program${command.split(' ').at(-1)!}`, code);
  writePictures(join(consumer, folder));
  await runWhereItIs(file, ...(command.startsWith('npx tsx') ? [tsx] : []));
});
