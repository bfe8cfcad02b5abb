import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../setup/wasm.js'; // on cpu the convolutions would take most of this file's time
import { runExample } from './run-example.js';

let folder = '';

/** Writes pictures of one colour on a transparent ground, each of its own size. */
function writeClass(path: string, count: number, [red, green, blue]: readonly [number, number, number]): void {
  mkdirSync(path, { recursive: true });
  for (let i = 0; i < count; i++) {
    const png = new PNG({ width: 20 + i, height: 33 - i });
    for (let p = 0; p < png.width * png.height; p++) {
      const isInside = Math.abs((p % png.width) - png.width / 2) < 4 + i / 2;
      png.data.set([red, green, blue, isInside ? 255 : 0], 4 * p);
    }
    writeFileSync(join(path, `${i}.png`), PNG.sync.write(png));
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'emoji-'));
  writeClass(join(folder, 'two/red'), 14, [255, 0, 0]);
  writeClass(join(folder, 'two/blue'), 12, [0, 0, 255]);
  writeClass(join(folder, 'few/green'), 2, [0, 128, 0]);
});

afterAll(() => rmSync(folder, { recursive: true }));

const example = (name: string, cwd: string, ...words: string[]) => runExample(name, join(folder, cwd), words);
const file = (...path: string[]): Buffer => readFileSync(join(folder, ...path));

describe('emoji', () => {
  it.each([
    ['two pictures', ['--data', '../few'], '--data has 2 pictures; at least 20 are needed'],
    ['two data sets', ['--data', '../two', '--package', '../two'], 'give --data or --package, not both'],
    ['a package without sheets', ['--package', '../two'], 'there is no sheet'],
    ['another colour', ['--background', 'white'], '--background must be a colour such as #ffffff; got "white".'],
  ])('refuses %s in one line, before it writes anything', (_, words, sentence) => {
    const { status, stdout, stderr } = example('emoji', 'refused', ...words);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(folder, 'refused', 'out'))).toBe(false);
  });

  it('trains on a folder, measures and draws, and continues from a checkpoint bit for bit', () => {
    const words = ['--data', '../two', '--steps', '2', '--flips', 'all', '--classifier', '3', '--no-pictures'];
    const first = example('emoji', 'run', ...words, '--json', 'report.json', '--weights', 'whole');
    expect([first.status, first.stderr]).toEqual([0, expect.stringMatching(/loss \d/)]);
    expect(first.stdout).toContain('rows: blue, red');
    const json = (name: string) => JSON.parse(file('run', name).toString()) as Record<string, number>;
    const report = json('report.json');
    for (const name of ['recognised', 'copies', 'copiesOfHeldOut', 'frechetDistance', 'kernelDistance', 'heap']) {
      expect(report[name]).toEqual(expect.any(Number));
    }
    const half = join(folder, 'run/out/emoji/checkpoint-050.safetensors');
    const more = example('emoji', 'more', ...words, '--resume', half, '--seed', '7', '--weights', 'whole');
    expect(more.status).toBe(0);
    expect(file('more', 'whole').equals(file('run', 'whole'))).toBe(true);

    const drawn = example('emoji-samples', 'run', '--weights', 'whole', '--each', '3');
    expect(drawn).toMatchObject({ status: 0, stdout: 'out/emoji-samples/samples.png; rows: blue, red\n' });
    const { width, height } = PNG.sync.read(file('run', 'out/emoji-samples/samples.png'));
    expect([width, height]).toEqual([2 * (3 * 34 - 2), 2 * (2 * 34 - 2)]);
  });
});
