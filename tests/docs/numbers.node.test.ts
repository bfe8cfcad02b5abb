import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { pages } from './pages.js';

const read = (file: string): string => readFileSync(`docs/${file}`, 'utf8');

/** Measured numbers of a text: with a decimal point, or a comma between thousands. The tables write them with or without the comma. */
function numbersOf(text: string): string[] {
  const prose = text.replaceAll(/`[^`]*`|\]\([^)]*\)/g, ' ');
  return [...prose.matchAll(/(?<![\w.,-])-?\d+(?:,\d{3})*(?:\.\d+)?(?![\w]|\.\d)/g)]
    .map(([number]) => number.replaceAll(',', ''))
    .filter((number) => number.includes('.') || Math.abs(Number(number)) >= 1000);
}

/** The rows of the tables of a page, each with the section that it is in. */
const rowsOf = (text: string): { row: string; section: string }[] =>
  text.split(/^(?=## )/m).flatMap((section) =>
    section
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((row) => ({ row, section })),
  );

const pagesIn = (text: string): string[] => [...text.matchAll(/\]\(\.\/([\w/-]+\.md)/g)].map(([, file]) => file!);

test('a number in "How to choose" is one of the page that its row, or its section, links to', () => {
  const wrong: string[] = [];
  let count = 0;
  for (const { row, section } of rowsOf(read('choosing.md'))) {
    const own = pagesIn(row);
    const linked = (own.length > 0 ? own : pagesIn(section)).map((file) =>
      read(file).replaceAll(/(?<=\d),(?=\d{3})/g, ''),
    );
    for (const number of numbersOf(row)) {
      count += 1;
      const pattern = new RegExp(`(?<![\\d.])${number.replaceAll('.', '\\.').replace(/^-/, '[-−]')}(?![\\d]|\\.\\d)`);
      if (!linked.some((text) => pattern.test(text))) wrong.push(`${number} in ${row.slice(0, 60)}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(20);
});

test('a number of another page is found out: the one of a VAE that families.md no longer has', () => {
  expect(numbersOf('| a VAE | [32.4 and -1,907](./families.md) |')).toEqual(['32.4', '-1907']);
  expect(read('families.md')).not.toContain('1907');
});

test('a number in the text of a link is on the page that the link leads to', () => {
  const textOf = (page: string): string => readFileSync(page, 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
  const links = pages.flatMap((file) =>
    [...textOf(file).matchAll(/\[([^\]]*)\]\((?!https?:)([\w./-]+\.md)/g)]
      .map(([, label, to]) => ({ file, label: label!, to: join(dirname(file), to!) }))
      .filter(({ to }) => pages.includes(to)),
  );
  const numbers = links.flatMap((link) => numbersOf(link.label).map((number) => ({ ...link, number })));
  const wrong = numbers.filter(({ to, number }) => {
    const there = numbersOf(textOf(to));
    return !there.some((other) => other.replace(/^-/, '') === number.replace(/^-/, ''));
  });
  expect(wrong.map(({ file, label, to }) => `${file}: ${label} -> ${to}`)).toEqual([]);
  expect(numbers.length).toBeGreaterThan(5);
});
