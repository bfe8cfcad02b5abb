import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const page = 'docs/coming-from.md';
const blocks = [...readFileSync(page, 'utf8').matchAll(/^```python\n(.*?)^```$/gms)].map(([, code]) => code!);

const python = process.env['PYTHON'] ?? '/usr/bin/python3';
const has = "from importlib.util import find_spec as f; exit(not (f('torch') and f('numpy')))";
const hasTorch = spawnSync(python, ['-c', has]).status === 0;
if (!hasTorch) console.warn(`${python} has no torch and numpy: the Python of ${page} is NOT TESTED.`);

/** Runs each block of a list in its own namespace, and writes what each prints; torch is loaded once. */
const runAll = `
import contextlib, io, json, sys
out = []
for block in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(block, {})
    out.append(printed.getvalue())
json.dump(out, sys.stdout)`;

/** The numbers after each print of a block. */
const saidBy = (code: string): string[] =>
  [...code.matchAll(/^print\(.*\) {2}# (.*)$/gm)].flatMap(([, comment]) => comment!.split(' '));

test('each number of the page is stated by both sides', () => {
  const code = [...readFileSync(page, 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!).join('');
  expect(blocks.length).toBeGreaterThan(4);
  for (const number of blocks.flatMap(saidBy)) expect(code).toMatch(new RegExp(`// .*${number.replace('.', '\\.')}`));
});

describe.runIf(hasTorch)('with Python', () => {
  test('each block prints what its comments say', () => {
    const { stdout, stderr, status } = spawnSync(python, ['-c', runAll], { input: JSON.stringify(blocks) });
    expect([status, String(stderr)]).toEqual([0, '']);
    const printed = (JSON.parse(String(stdout)) as string[]).map((text) => text.trim().split(/\s+/).map(Number));
    blocks.forEach((block, i) => {
      const said = saidBy(block);
      expect(printed[i]!.length).toBe(said.length);
      said.forEach((number, j) => {
        expect(printed[i]![j]).toBeCloseTo(Number(number), number.split('.')[1]!.length);
      });
    });
  });
});
