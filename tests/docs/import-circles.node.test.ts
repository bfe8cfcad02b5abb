import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findCircle } from '../../scripts/import-circles.mjs';

const circleOf = (sources: Readonly<Record<string, string>>) => findCircle(new Map(Object.entries(sources)));

test('a circle is found within a room, through several files, and through re-exports', () => {
  const b = "import { d } from '../other/d.js';\nexport const b = d;\n";
  const sources = { 'room/a.ts': "export { b } from './b.js';\n", 'room/b.ts': b, 'other/d.ts': '' };
  expect(circleOf(sources)).toBeUndefined();
  expect(circleOf({ ...sources, 'other/d.ts': "import {\n  type A,\n  a,\n} from '../room/a.js';\n" })).toEqual([
    'room/a.ts',
    'room/b.ts',
    'other/d.ts',
    'room/a.ts',
  ]);
  expect(circleOf({ 'a.ts': "import * as a from './a.js';\n" })).toEqual(['a.ts', 'a.ts']);
  expect(circleOf({ 'a.ts': "import './b.js';\n", 'b.ts': "import a from './a.js';\n" })).toHaveLength(3);
});

test('imports of types make no circle', () => {
  const types = ["import type { B } from './b.js';", "import { type B, type C } from './b.js';", "export type { B } from './b.js';"]; // prettier-ignore
  for (const text of types) expect(circleOf({ 'a.ts': text, 'b.ts': "import { a } from './a.js';" })).toBeUndefined();
});

test('the sources have none, and enough imports are read', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const sources = new Map(files.map((file) => [file, readFileSync(`src/${file}`, 'utf8')]));
  expect(findCircle(sources)).toBeUndefined();
  // one more import closes a circle: the rule of types is a leaf of nearly all files
  sources.set('tensor/errors.ts', `import '../vae/vae-trainer.js';\n${sources.get('tensor/errors.ts')}`);
  expect(findCircle(sources)?.length).toBeGreaterThan(2);
});
