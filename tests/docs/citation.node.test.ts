import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (file: string): string => readFileSync(file, 'utf8');

test('CITATION.cff and the guide name the package, its authors and its licence as package.json does', () => {
  const { name, author, license, description } = JSON.parse(read('package.json')) as Record<string, string>;
  const cff = read('CITATION.cff');
  for (const line of [`title: ${name}`, `license: ${license}`, `  - name: ${author}`])
    expect(cff.split('\n')).toContain(line);
  expect(cff.replaceAll(/\s+/g, ' ')).toContain(description);
  expect(read('docs/getting-started.md')).toContain(`author  = {{${author}}},\n  title   = {${name}: `);
  expect(read('LICENSE')).toContain(author);
});
