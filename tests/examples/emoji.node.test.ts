import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { balanced, loadPictures, split } from '../../examples/emoji/data.js';
import '../setup/wasm.js'; // on cpu the convolutions would take most of this file's time
import { runExample } from './run-example.js';

const WHITE = [1, 1, 1] as const;
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
  writeClass(join(folder, 'one/green'), 20, [0, 128, 0]);
  writeClass(join(folder, 'few/green'), 2, [0, 128, 0]);
  mkdirSync(join(folder, 'none/empty'), { recursive: true });
  mkdirSync(join(folder, 'broken/class'), { recursive: true });
  writeFileSync(join(folder, 'broken/class/1.png'), 'no picture');
});

afterAll(() => rmSync(folder, { recursive: true }));

const example = (name: string, cwd: string, ...words: string[]) => runExample(name, join(folder, cwd), words);
const file = (...path: string[]): Buffer => readFileSync(join(folder, ...path));

describe('the data of the emoji', () => {
  it('keeps all versions of a motif on one side of the split, and all kinds on both', async () => {
    const { train, heldOut } = await loadPictures({ size: 32, background: WHITE });
    expect(train.labels.shape[0] + heldOut.labels.shape[0]).toBe(3781);
    const held = new Set(heldOut.motifs);
    expect([...train.motifs].filter((motif) => held.has(motif))).toEqual([]);
    for (const part of [train, heldOut]) expect(new Set(part.labels.data).size).toBe(9);
    expect(heldOut.labels.shape[0] / 3781).toBeGreaterThan(0.15);
  });

  it('repeats small classes so that shares follow the square roots of sizes', async () => {
    const { train } = await loadPictures({ size: 32, background: WHITE });
    const count = (set: typeof train, label: number): number => set.labels.data.filter((own) => own === label).length;
    for (let label = 0; label < 9; label++) {
      const ratio = count(balanced(train), label) / Math.sqrt(count(train, label) * count(train, 5));
      expect(ratio).toBeGreaterThan(0.8);
      expect(ratio).toBeLessThan(1.25);
    }
  });

  it('shows transparency as the background, and keeps the proportions of pictures that are not square', async () => {
    const { train } = await loadPictures({ data: join(folder, 'two'), size: 32, background: [0, 1, 0] });
    expect(train.classes).toEqual(['blue', 'red']);
    expect([...train.images.data.subarray(0, 3)]).toEqual([0, 255, 0]);
    const middle = 3 * (16 * 32 + 16);
    expect([...train.images.data.subarray(middle, middle + 3)]).toEqual([0, 0, 255]);
  });

  it('holds equal pictures for one motif', () => {
    const data = new Uint8Array(20 * 3).map((_, i) => (i < 30 ? 0 : i));
    const motifs = Int32Array.from({ length: 20 }, (_, i) => (i < 10 ? 0 : i));
    const labels = { data: new Int32Array(20), shape: [20] as [number] };
    const { train, heldOut } = split({ images: { data, shape: [20, 1, 1, 3] }, labels, motifs, classes: ['all'] });
    expect(new Set([train, heldOut].map(({ motifs: own }) => own.includes(0))).size).toBe(2);
  });

  it.each([
    ['two pictures', ['--data', '../few'], '--data has 2 pictures; at least 20 are needed'],
    ['no pictures', ['--data', '../none'], 'must have PNG or JPEG files in each sub-folder'],
    ['a broken file', ['--data', '../broken'], '1.png'],
    ['no folder', ['--data', '../nowhere'], '--data must be a folder'],
    ['two data sets', ['--data', '../two', '--package', '../two'], 'exclude each other'],
    ['a package without sheets', ['--package', '../two'], 'there is no sheet'],
    ['a size that the sheet lacks', ['--size', '64'], '--size must be 32 for the included emoji'],
    ['another colour', ['--background', 'white'], '--background must be a colour such as #ffffff; got "white".'],
  ])('refuses %s in one line, before it writes anything', (_, words, sentence) => {
    const { status, stdout, stderr } = example('emoji', 'refused', ...words);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(folder, 'refused', 'out'))).toBe(false);
  });
});

describe('emoji', () => {
  it('trains on a folder, measures and draws, and continues from a checkpoint bit for bit', () => {
    const words = ['--data', '../two', '--steps', '2', '--flips', 'all', '--classifier', '3', '--no-pictures'];
    const first = example('emoji', 'run', ...words, '--json', 'report.json', '--weights', 'whole');
    expect([first.status, first.stderr]).toEqual([0, expect.stringMatching(/loss \d/)]);
    expect(first.stdout).toContain('rows: blue, red');
    const json = (name: string) => JSON.parse(file('run', name).toString()) as Record<string, number>;
    const report = json('report.json');
    for (const name of ['toldRight', 'copies', 'copiesOfHeldOut', 'frechetDistance', 'kernelDistance', 'heap']) {
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
