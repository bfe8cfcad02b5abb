import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readImages, readLabelledImages, readPng, writePng } from '../../src/node/index.js';
import { jpegFile, turned } from '../support/jpeg-file.js';
import { KIND_SIZE, pngFile, pngKinds } from '../support/png-file.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'images-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Writes a file and returns its path. */
async function put(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, bytes);
  return path;
}

/** A grey file of one level. */
const grey = (level: number, width = 1, height = 1): Uint8Array =>
  pngFile({ width, height, type: 0, depth: 8, samples: new Array<number>(width * height).fill(level) });

describe('readPng', () => {
  test.each(pngKinds())('reads a file of $name as the standard says', async ({ file, colours, is16WithAlpha }) => {
    const { data, shape } = await readPng(await put('a.png', file), { channels: 3 });
    expect(shape).toEqual([1, KIND_SIZE.height, KIND_SIZE.width, 3]);
    const worst = Math.max(...colours.map((colour, i) => Math.abs(colour - data[i]!)));
    // half a level, and where alpha has 16 bits, as much again for alpha and for the colour, which are rounded first
    expect(worst).toBeLessThanOrEqual((is16WithAlpha ? 1.5 : 0.5) + 1e-9);
  });

  test('reads what writePng has written, right side up', async () => {
    const image = tf.tensor3d([1, 0, 0, 0, 1, 0, 0, 0, 1, 0.2, 0.4, 0.6, 0, 0, 0, 1, 1, 1], [2, 3, 3]);
    const path = join(folder, 'colours.png');
    await writePng(path, image);
    const { data, shape } = await readPng(path);
    expect(shape).toEqual([1, 2, 3, 3]);
    expect([...data]).toEqual([255, 0, 0, 0, 255, 0, 0, 0, 255, 51, 102, 153, 0, 0, 0, 255, 255, 255]);
    tf.dispose(image);
  });

  test('gives one channel for a grey palette, and the numbers of the file without its gamma', async () => {
    const content = {
      width: 2,
      height: 1,
      type: 3,
      depth: 1,
      samples: [1, 0],
      palette: [7, 7, 7, 200, 200, 200],
    } as const;
    expect(await readPng(await put('a.png', pngFile(content)))).toEqual({
      data: Uint8Array.of(200, 7),
      shape: [1, 1, 2, 1],
    });
    const linear = pngFile({ ...content, chunks: [['gAMA', [0, 1, 0x86, 0xa0]]] });
    expect((await readPng(await put('b.png', linear))).data).toEqual(Uint8Array.of(200, 7));
  });

  test.each([3, 6, 8])('is turned as its eXIf chunk says: orientation %i', async (orientation) => {
    const content = { width: 3, height: 2, type: 0, depth: 8, samples: [10, 20, 30, 40, 50, 60] } as const;
    const note = [
      ...Buffer.from('II*\0'),
      8,
      0,
      0,
      0,
      1,
      0,
      0x12,
      1,
      3,
      0,
      1,
      0,
      0,
      0,
      orientation,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
    ];
    const { data, shape } = await readPng(await put('a.png', pngFile({ ...content, chunks: [['eXIf', note]] })));
    const upright = {
      width: 3,
      height: 2,
      data: Uint8Array.from(content.samples.flatMap((level) => [level, level, level])),
    };
    const expected = turned(upright, orientation);
    expect(shape).toEqual([1, expected.height, expected.width, 1]);
    expect([...data]).toEqual([...expected.data].filter((_, i) => i % 3 === 0));
  });

  test('reads a file to which a program has appended bytes', async () => {
    expect((await readPng(await put('a.png', Buffer.concat([grey(9), Buffer.from('appended')])))).data[0]).toBe(9);
  });
});

describe('a JPEG', () => {
  const side = 16;
  /** Red grows to the right, green downwards. */
  const colourAt = (x: number, y: number) => [16 * x, 16 * y, 60];

  test('is decoded, even under the name of a PNG', async () => {
    const path = await put('a.png', jpegFile(side, side, colourAt));
    const { data, shape } = await readImages([path]);
    expect(shape).toEqual([1, side, side, 3]);
    for (let i = 0; i < side * side; i++) {
      const colour = colourAt(i % side, Math.floor(i / side));
      colour.forEach((level, channel) => expect(Math.abs(level - data[3 * i + channel]!)).toBeLessThan(12));
    }
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'is turned as its Exif orientation %i says, in either order of bytes',
    async (orientation) => {
      const upright = (await readImages([await put('up.jpg', jpegFile(24, side, colourAt))])).data;
      for (const order of ['II', 'MM'] as const) {
        const path = await put(`${order}.jpg`, jpegFile(24, side, colourAt, { orientation, order }));
        const { data, shape } = await readImages([path]);
        const expected = turned({ width: 24, height: side, data: upright }, orientation);
        expect(shape).toEqual([1, expected.height, expected.width, 3]);
        expect(data).toEqual(expected.data);
      }
    },
  );

  test('is upright if its Exif block is truncated or invalid', async () => {
    for (const orientation of [0, 9, 65535]) {
      const path = await put('a.jpg', jpegFile(24, side, colourAt, { orientation, order: 'MM' }));
      expect((await readImages([path])).shape).toEqual([1, side, 24, 3]);
    }
    const cut = jpegFile(24, side, colourAt, { orientation: 6, order: 'MM', exifLength: 12 });
    expect((await readImages([await put('b.jpg', cut)])).shape).toEqual([1, side, 24, 3]);
  });
});

describe('readImages', () => {
  test('reads a folder in the order of the numbers in its names, without hidden files and other kinds of files', async () => {
    await put('10.png', grey(10));
    await put('9.PNG', grey(9));
    await put(
      'a.jpeg',
      jpegFile(1, 1, () => [100, 100, 100]),
    );
    await put('.hidden.png', grey(1));
    await put('Thumbs.db', 'no picture');
    await put('labels.csv', 'a,b');
    await put('deeper/1.png', grey(2));
    const { data, shape } = await readImages(folder);
    expect(shape).toEqual([3, 1, 1, 1]);
    expect([...data]).toEqual([9, 10, 100]);
  });

  test('reads a list in its own order, and follows links', async () => {
    const paths = [await put('b.png', grey(2)), await put('a.png', grey(1))];
    expect([...(await readImages(paths)).data]).toEqual([2, 1]);
    await mkdir(join(folder, 'links'));
    await symlink(paths[0]!, join(folder, 'links', '2.png'));
    await symlink(paths[1]!, join(folder, 'links', '1.png'));
    expect([...(await readImages(join(folder, 'links'))).data]).toEqual([1, 2]);
  });

  test('converts pictures of all sizes to one size', async () => {
    await put('1.png', grey(50, 40, 20));
    await put('2.png', grey(90, 3, 5));
    const { data, shape } = await readImages(folder, { size: [8, 6] });
    expect(shape).toEqual([2, 8, 6, 1]);
    expect(new Set(data.subarray(0, 48))).toEqual(new Set([50]));
    expect(new Set(data.subarray(48))).toEqual(new Set([90]));
  });

  test('lets the event loop run, reports each picture, and stops by the signal', async () => {
    for (let i = 0; i < 6; i++) await put(`${i}.png`, grey(i));
    const stop = new AbortController();
    const seen: number[] = [];
    let turns = 0;
    const turn = () => {
      turns++;
      if (!stop.signal.aborted) setImmediate(turn);
    };
    setImmediate(turn);
    const onProgress = ({ done, total }: { done: number; total: number }) => {
      seen.push(done / total);
      if (done === 4) stop.abort(new Error('enough'));
    };
    await expect(readImages(folder, { onProgress, signal: stop.signal })).rejects.toThrow('enough');
    expect(seen).toEqual([1 / 6, 2 / 6, 3 / 6, 4 / 6]);
    expect(turns).toBeGreaterThanOrEqual(4);
  });
});

describe('readLabelledImages', () => {
  test('takes each sub-folder as a class, numbered by name', async () => {
    await put('10/a.png', grey(100));
    await put('9/2.png', grey(92));
    await put('9/1.png', grey(91));
    await put('beside.png', grey(0));
    await put('.cache/x.png', grey(0));
    expect(await readLabelledImages(folder)).toEqual({
      data: {
        x: { data: Uint8Array.of(91, 92, 100), shape: [3, 1, 1, 1] },
        condition: { data: Int32Array.of(0, 0, 1), shape: [3] },
      },
      classes: ['9', '10'],
    });
  });
});

describe('what cannot be read is named in a sentence', () => {
  const noise = Uint8Array.from({ length: 300 }, (_, i) => (i * 7) % 256);
  const photo = jpegFile(16, 16, () => [1, 2, 3]);
  const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

  test.each<[string, Uint8Array | string, string]>([
    ['an empty file', '', 'The file is empty.'],
    ['a text', 'I am no picture.', 'Its first bytes are not those of a PNG or JPEG file.'],
    ['noise', noise, 'Its first bytes are not those of a PNG or JPEG file.'],
    ['one byte', 'x', 'Its first bytes are not those of a PNG or JPEG file.'],
    ['a GIF', 'GIF89a......', 'Its first bytes are those of a GIF file: convert it to PNG.'],
    ['a WebP', 'RIFF\n\n\0\0WEBPVP8 ', 'Its first bytes are those of a WebP file: convert it to PNG.'],
    [
      'a photograph of a phone',
      '\0\0\0 ftypheic....',
      'Its first bytes are those of a HEIF or AVIF file: convert it to PNG.',
    ],
    ['a PNG cut in its header', grey(5, 9, 9).subarray(0, 20), 'The file ends too early: copy it again.'],
    ['a PNG cut in its pixels', grey(5, 9, 9).subarray(0, 50), 'The file ends too early: copy it again.'],
    ['a PNG without its end', grey(5, 9, 9).subarray(0, -5), 'The file ends too early: copy it again.'],
    [
      'a PNG with a wrong bit',
      flipped(grey(5, 9, 9), 45),
      'The file ends too early or is damaged: the checksum of its chunk IDAT is wrong.',
    ],
    ['a JPEG cut in its header', photo.subarray(0, 100), 'The file ends too early or is damaged: it has no end.'],
    ['a JPEG cut in its pixels', photo.subarray(0, -60), 'The file ends too early or is damaged: it has no end.'],
    ['a JPEG without its end', photo.subarray(0, -3), 'The file ends too early or is damaged: it has no end.'],
  ])('%s', async (_, bytes, reason) => {
    await put('1.png', grey(5));
    const path = await put('2.png', bytes);
    const message = `readImages: \`source\` must be a PNG or JPEG file; got ${path}. ${reason}`;
    await expect(readImages(folder)).rejects.toThrow(message);
  });

  test('a JPEG for readPng, with the function that reads it', async () => {
    const path = await put('a.png', photo);
    await expect(readPng(path)).rejects.toThrow(
      `readPng: \`path\` must be a PNG file; got ${path}. Its first bytes are those of a JPEG file: read it with readImages([path]).`,
    );
  });

  test('a file or folder that is missing, or of the other kind', async () => {
    const none = join(folder, 'none');
    const file = await put('a.png', grey(1));
    await put('classes/cat/1.png', grey(1));
    await put('classes/dog/readme.txt', '');
    const cases: [() => Promise<unknown>, string][] = [
      [
        () => readPng(none),
        `readPng: \`path\` must be a file that can be read; got ${none}. There is no such file; the full path is ${none}.`,
      ],
      [() => readPng(folder), `readPng: \`path\` must be a file that can be read; got ${folder}. Node says EISDIR.`],
      [
        () => readImages(none),
        `readImages: \`source\` must be a folder that can be read; got ${none}. There is no such folder; the full path is ${none}.`,
      ],
      [
        () => readImages(file),
        `readImages: \`source\` must be a folder that can be read; got ${file}. It is a file: pass a list of paths.`,
      ],
      [
        () => readImages([file, none]),
        `readImages: \`source\` must be a file that can be read; got ${none}. There is no such file; `,
      ],
      [() => readImages([]), 'readImages: `source` must have at least one path; got an empty list.'],
      [
        () => readLabelledImages(none),
        `readLabelledImages: \`folder\` must be a folder that can be read; got ${none}. `,
      ],
      [
        () => readImages(join(folder, 'classes')),
        `got ${join(folder, 'classes')} without any. It has folders, such as cat: readLabelledImages takes each as a class.`,
      ],
      [
        () => readLabelledImages(join(folder, 'classes')),
        `readLabelledImages: \`folder\` must have PNG or JPEG files in each sub-folder; got ${join(folder, 'classes/dog')} without any.`,
      ],
      [
        () => readLabelledImages(join(folder, 'classes/cat')),
        `\`folder\` must have a sub-folder for each class; got ${join(folder, 'classes/cat')} without any. readImages reads pictures without classes.`,
      ],
    ];
    for (const [act, message] of cases) await expect(act()).rejects.toThrow(message);
  });

  test('an empty folder', async () => {
    await expect(readImages(folder)).rejects.toThrow(
      `readImages: \`source\` must have PNG or JPEG files; got ${folder} without any.`,
    );
    await expect(readLabelledImages(folder)).rejects.toThrow(/must have a sub-folder for each class/);
  });

  test('pictures of formats that are not supported, so that none is silently skipped', async () => {
    await put('1.png', grey(1));
    await put('3.webp', '');
    const gif = await put('2.GIF', '');
    const message = `readImages: \`source\` must have no pictures but PNG and JPEG files; got ${gif} and 1 more. Convert them, or `;
    await expect(readImages(folder)).rejects.toThrow(message);
  });

  test('arguments of another kind', async () => {
    await expect(readPng('')).rejects.toThrow('readPng: `path` must be the path of a file; got an empty string.');
    await expect(readImages(5 as never)).rejects.toThrow(
      'readImages: `source` must be the path of a folder, or a list of paths; got 5.',
    );
    await expect(readImages(['a.png', ''])).rejects.toThrow(
      'readImages: `source[1]` must be the path of a file; got an empty string.',
    );
    await expect(readLabelledImages(null as never)).rejects.toThrow(
      'readLabelledImages: `folder` must be the path of a folder; got null.',
    );
    await expect(readImages(folder, { size: 32 as never })).rejects.toThrow(
      'readImages: `size` must be [height, width]',
    );
  });
});
