import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { balanced, split, type ColourSet } from '../../examples/shared/colour-pictures.js';
import { loadPictures } from '../../examples/shared/load-pictures.js';

const WHITE = [1, 1, 1] as const;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'emoji-data-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A picture of one colour and opacity, from 0 to 255. */
function picture([red, green, blue, opacity]: readonly number[], width = 8, height = width): Buffer {
  const png = new PNG({ width, height });
  for (let at = 0; at < png.data.length; at += 4) png.data.set([red!, green!, blue!, opacity!], at);
  return PNG.sync.write(png);
}

/** Writes classes with so many pictures each, all different; returns the folder. */
function classes(name: string, counts: Readonly<Record<string, number>>): string {
  const data = join(folder, name);
  for (const [label, count] of Object.entries(counts)) {
    mkdirSync(join(data, label), { recursive: true });
    for (let i = 0; i < count; i++) writeFileSync(join(data, label, `${i}.png`), picture([10 * i, 90, 200, 255]));
  }
  mkdirSync(data, { recursive: true });
  return data;
}

const load = (data: string, size = 8) => loadPictures({ data, size, background: WHITE });

describe('the emoji', () => {
  let set: ColourSet;

  beforeAll(async () => {
    set = await loadPictures({ size: 32, background: WHITE });
  });

  it('are 3,781 pictures in nine categories, of which about a fifth of the motifs are held out', () => {
    expect(set.train.labels.data.length + set.heldOut.labels.data.length).toBe(3781);
    expect(set.train.classes).toHaveLength(9);
    const [kept, held] = [new Set(set.train.motifs), new Set(set.heldOut.motifs)];
    expect(held.size / (kept.size + held.size)).toBeCloseTo(0.2, 1);
  });

  it('have no motif on both sides of the split, and every class on both', () => {
    const kept = new Set(set.train.motifs);
    expect(set.heldOut.motifs.filter((motif) => kept.has(motif))).toHaveLength(0);
    for (const side of [set.train, set.heldOut]) expect(new Set(side.labels.data).size).toBe(9);
  });

  it('when balanced have shares near the square roots of their sizes, or equal ones with the power 1', () => {
    const shares = (labels: Int32Array) => set.train.classes.map((_, i) => labels.filter((own) => own === i).length);
    const sizes = shares(set.train.labels.data);
    const most = Math.max(...sizes);
    shares(balanced(set.train).labels.data).forEach((count, i) => {
      expect(count / Math.sqrt(sizes[i]! * most)).toBeGreaterThan(0.7);
      expect(count / Math.sqrt(sizes[i]! * most)).toBeLessThan(1.4);
    });
    for (const count of shares(balanced(set.train, 1).labels.data)) expect(count / most).toBeCloseTo(1, 0.9);
    expect(balanced(set.train, 0).labels.data).toEqual(set.train.labels.data);
  });

  it('have the requested background', async () => {
    const { train } = await loadPictures({ size: 32, background: [0, 0, 1] });
    expect([...train.images.data.subarray(0, 3)]).toEqual([0, 0, 255]);
    expect([...set.train.images.data.subarray(0, 3)]).toEqual([255, 255, 255]);
  });

  it('of another size need the package', async () => {
    await expect(loadPictures({ size: 64, background: WHITE })).rejects.toThrow('--size must be 32');
  });
});

describe('a folder of classes', () => {
  it('may have one class', async () => {
    const { train, heldOut } = await load(classes('one', { only: 24 }));
    expect([train.labels.data.length, heldOut.labels.data.length]).toEqual([20, 4]);
    expect(train.classes).toEqual(['only']);
  });

  it('keeps pictures with the same pixels on one side', async () => {
    const data = classes('same', { a: 20 });
    for (let i = 0; i < 20; i++) writeFileSync(join(data, 'a', `again ${i}.png`), picture([10 * i, 90, 200, 255]));
    const { train, heldOut } = await load(data);
    expect([train.labels.data.length, heldOut.labels.data.length]).toEqual([32, 8]);
    expect(heldOut.motifs.filter((motif) => train.motifs.includes(motif))).toHaveLength(0);
  });

  it('without sub-folders is one class, named as the folder', async () => {
    const { train, heldOut } = await load(join(classes('flat', { flags: 20 }), 'flags'));
    expect([train.classes, train.labels.data.length, heldOut.labels.data.length]).toEqual([['flags'], 16, 4]);
  });

  it('may have pictures of any size and transparency, which are laid on the background', async () => {
    const data = classes('odd', { a: 19 });
    writeFileSync(join(data, 'a', '0.png'), picture([255, 0, 0, 0], 5, 11));
    writeFileSync(join(data, 'a', '19.png'), picture([0, 0, 0, 255], 3, 7));
    const { train } = await load(data);
    expect(train.images.shape.slice(1)).toEqual([8, 8, 3]);
    expect(new Set(train.images.data.subarray(0, 8 * 8 * 3))).toEqual(new Set([255]));
  });

  it.each([
    ['no pictures', () => classes('none', {}), /PNG|JPEG|pictures|files/],
    ['two pictures', () => classes('two', { a: 1, b: 1 }), '--data has 2 pictures; at least 20 are needed'],
    [
      'classes of few pictures',
      () => classes('few', { a: 4, b: 4, c: 4, d: 4, e: 4 }),
      'a class of at least 10 different pictures',
    ],
    [
      'a broken file',
      () => {
        const data = classes('broken', { a: 24 });
        writeFileSync(join(data, 'a', '3.png'), picture([1, 2, 3, 255]).subarray(0, 40));
        return data;
      },
      '3.png',
    ],
  ])('with %s is refused in one sentence', async (_, make, message) => {
    const error: unknown = await load(make()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'InputError' });
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('\n');
  });
});

describe('split', () => {
  it('holds out every fifth motif of each class, with all its versions', () => {
    const labels = Int32Array.from({ length: 30 }, (_, i) => (i < 20 ? 0 : 1));
    const motifs = Int32Array.from({ length: 30 }, (_, i) => Math.floor(i / 2));
    const { heldOut } = split({
      images: { data: new Uint8Array(30 * 3), shape: [30, 1, 1, 3] },
      labels: { data: labels, shape: [30] },
      motifs,
      classes: ['a', 'b'],
    });
    expect([...heldOut.motifs]).toEqual([4, 4, 9, 9, 14, 14]);
  });
});
