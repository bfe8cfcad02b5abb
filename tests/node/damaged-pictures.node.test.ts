import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readImages, readPng, type ImageOptions } from '../../src/node/index.js';
import { flatJpeg } from '../support/flat-jpeg.js';
import { jpegFile } from '../support/jpeg-file.js';
import { bytesOf, pngKinds, pngOf, steps } from '../support/png-file.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'damaged-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What comes of a file: the pixels, or the message of the error. */
async function seen(file: Uint8Array, options: ImageOptions = {}) {
  const path = join(folder, 'picture');
  await writeFile(path, file);
  return readImages([path], { channels: 3, ...options }).then(
    ({ data, shape }) => ({ data: [...data], shape: [...shape], message: '' }),
    (error: unknown) => ({ data: undefined, shape: undefined, message: (error as Error).message }),
  );
}

/** The message of an error, without its beginning, which names the file. */
async function reason(file: Uint8Array, options: ImageOptions = {}): Promise<string> {
  const { message } = await seen(file, options);
  const beginning = `readImages: \`source\` must be a PNG or JPEG file; got ${join(folder, 'picture')}. `;
  expect(message.slice(0, beginning.length)).toBe(beginning);
  return message.slice(beginning.length);
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth?: number;
  readonly type?: number;
  readonly interlace?: number;
}
const header = ({ width, height, depth = 8, type = 0, interlace = 0 }: Header) =>
  ['IHDR', [...bytesOf(width, 4), ...bytesOf(height, 4), depth, type, 0, 0, interlace]] as const;
const end = ['IEND', []] as const;
const png = (claim: Header, data: Uint8Array): Uint8Array => pngOf([header(claim), ['IDAT', data], end]);
const square = (side: number) => ({ width: side, height: side });

/** Lines of a grey picture with the filter 0. */
const lines = (width: number, height: number): Buffer =>
  Buffer.from(Array.from({ length: height * (width + 1) }, (_, i) => (i % (width + 1) === 0 ? 0 : (i * 31) % 256)));

/** A JPEG of one kind of frame, with another size in its header. */
function claiming(file: Uint8Array, width: number, height: number): Buffer {
  const copy = Buffer.from(file);
  const frame = Math.max(copy.indexOf(Buffer.from([0xff, 0xc0])), copy.indexOf(Buffer.from([0xff, 0xc2])));
  copy.writeUInt16BE(height, frame + 5);
  copy.writeUInt16BE(width, frame + 7);
  return copy;
}
const photo = Buffer.from(jpegFile(16, 16, (x, y) => [16 * x, 16 * y, 60]));
const progressive = Buffer.from(flatJpeg({ levels: [120, 90, 200], isProgressive: true }));
/** A file with bytes put in front of, or instead of, the first place where others stand. */
function edited(file: Buffer, at: readonly number[], put: readonly number[], drop = 0): Buffer {
  const place = file.indexOf(Buffer.from(at));
  return Buffer.concat([file.subarray(0, place), Buffer.from(put), file.subarray(place + drop)]);
}

describe('a small file that claims a large picture is refused before memory is reserved', () => {
  const claims: readonly (readonly [string, Uint8Array, string])[] = [
    ['as many pixels as PNG allows', png(square(2 ** 31 - 1), deflateSync(Buffer.alloc(5))), '2147483647 x 2147483647'],
    ['more than PNG allows', png({ width: 2 ** 32 - 1, height: 1, depth: 1 }, Buffer.alloc(0)), '1 x 4294967295'],
    ['a PNG without data', png(square(20_000), Buffer.alloc(0)), '20000 x 20000'],
    ['a PNG of one line', png(square(4000), deflateSync(Buffer.alloc(4001))), '4000 x 4000'],
    ['an interlaced PNG', png({ ...square(6000), interlace: 1 }, deflateSync(Buffer.alloc(99))), '6000 x 6000'],
    ['a PNG of 16 bits', png({ ...square(7000), depth: 16, type: 6 }, Buffer.alloc(50)), '7000 x 7000'],
    ['a PNG of one bit', png({ ...square(8000), depth: 1, type: 3 }, Buffer.alloc(50)), '8000 x 8000'],
    ['a JPEG', claiming(photo, 10_000, 10_000), '10000 x 10000'],
    ['a long JPEG', claiming(photo, 65_535, 65), '65 x 65535'],
    ['a progressive JPEG', claiming(progressive, 8000, 8000), '8000 x 8000'],
  ];
  test.each(claims)('%s', async (_, file, size) => {
    expect(await reason(file)).toBe(`Its ${file.length} bytes cannot hold the ${size} pixels that its header claims.`);
  });

  test('a JPEG whose scan is too short for its blocks', async () => {
    expect(await reason(claiming(photo, 700, 700))).toBe('The file ends too early or is damaged: pixels are missing.');
  });

  test('the file is named among the others of a list', async () => {
    const [good, bad] = [join(folder, 'good.png'), join(folder, 'bad.png')];
    await writeFile(good, png(square(9), deflateSync(lines(9, 9))));
    await writeFile(bad, claims[0]![1]);
    await expect(readImages([good, bad, good])).rejects.toThrow(`got ${bad}. Its 68 bytes cannot hold `);
    await expect(readPng(bad)).rejects.toThrow(/^readPng: `path` must be a PNG file; got .* cannot hold /);
  });
});

describe('maxPixels', () => {
  test('is the largest number of pixels of a picture that is decoded', async () => {
    for (const file of [
      png({ width: 30, height: 20 }, deflateSync(lines(30, 20))),
      jpegFile(30, 20, () => [9, 9, 9]),
    ]) {
      expect((await seen(file, { maxPixels: 600 })).shape).toEqual([1, 20, 30, 3]);
      expect(await reason(file, { maxPixels: 599 })).toBe(
        'It has 20 x 30 pixels: pass a larger maxPixels if there is memory.',
      );
    }
  });

  test('is 2^26 by default', async () => {
    const file = (side: number) => png({ ...square(side), depth: 1 }, Buffer.alloc(10_000));
    expect(await reason(file(8193))).toMatch(/^It has 8193 x 8193 pixels/);
    expect(await reason(file(8192))).toMatch(/^The file ends too early or is damaged: zlib says /);
  });

  test('does not admit more than zlib can count', async () => {
    const file = png({ ...square(32_768), type: 6 }, Buffer.alloc(5_000_000));
    expect(await reason(file, { maxPixels: 2 ** 31 })).toBe('It is too large to be read in Node.');
  });

  test('must be a positive integer', async () => {
    for (const maxPixels of [0, NaN, 1.5, '9' as never]) {
      expect((await seen(photo, { maxPixels })).message).toMatch(/^readImages: `maxPixels` must be a /);
    }
  });
});

describe('a damaged picture is an error, and not black', () => {
  const whole = deflateSync(lines(60, 40));
  const claim = { width: 60, height: 40 };
  const damaged = 'The file ends too early or is damaged: ';
  const wrongSum = Buffer.from(whole);
  wrongSum[wrongSum.length - 1]! ^= 1;

  test.each<[string, Uint8Array, string]>([
    ['no data', pngOf([header(claim), end]), 'zlib says "unexpected end of file"'],
    ['empty data', png(claim, Buffer.alloc(0)), 'zlib says "unexpected end of file"'],
    ['half of the lines', png(claim, deflateSync(lines(60, 20))), 'lines are missing'],
    ['one byte too few', png(claim, deflateSync(lines(60, 40).subarray(0, -1))), 'lines are missing'],
    ['one line too many', png(claim, deflateSync(lines(60, 41))), 'it has more lines than it claims'],
    ['data that are cut', png(claim, whole.subarray(0, whole.length / 2)), 'zlib says "unexpected end of file"'],
    ['data without their checksum', png(claim, whole.subarray(0, -4)), 'zlib says "unexpected end of file"'],
    ['data with a wrong checksum', png(claim, wrongSum), 'zlib says "incorrect data check"'],
    [
      'bytes after its lines',
      png(claim, Buffer.concat([whole, Buffer.alloc(9)])),
      'its data do not end with its lines',
    ],
    ['another filter', png(claim, deflateSync(Buffer.alloc(61 * 40, 9))), 'pngjs says "Unrecognised filter type - 9"'],
    ['two headers', pngOf([header(claim), header(claim), ['IDAT', whole], end]), 'it has a second chunk IHDR'],
    [
      'a header at another place',
      pngOf([['tEXt', header(claim)[1]], header(claim), ['IDAT', whole], end]),
      'it does not begin with its header',
    ],
    ['no palette', png({ ...claim, type: 3 }, whole), 'its palette is missing or has a wrong length'],
    [
      'a short palette',
      pngOf([header({ ...claim, type: 3 }), ['PLTE', [1, 2, 3]], ['IDAT', whole], end]),
      'pngjs says "index 31 not in palette"',
    ],
    [
      'more transparent colours than colours',
      pngOf([header({ ...claim, type: 3 }), ['PLTE', [1, 2, 3]], ['tRNS', [9, 9]], ['IDAT', whole], end]),
      'its palette is missing or has a wrong length',
    ],
    [
      'transparent colours before the palette',
      pngOf([header({ ...claim, type: 3 }), ['tRNS', [9]], ['PLTE', new Uint8Array(768)], ['IDAT', whole], end]),
      'its palette comes too late',
    ],
    [
      'interlaced lines that are missing',
      png({ ...claim, interlace: 1 }, deflateSync(Buffer.alloc(2400))),
      'lines are missing',
    ],
  ])('a PNG with %s', async (_, file, what) => {
    expect(await reason(file)).toBe(`${damaged}${what}.`);
  });

  test.each<[string, Uint8Array, string]>([
    ['no pixels', png({ width: 0, height: 40 }, whole), 'It has no pixels.'],
    [
      'more rows than libpng reads',
      png({ width: 1, height: 1_000_001, depth: 1 }, deflateSync(Buffer.alloc(2_000_002))),
      'It has 1000001 rows, and at most 1000000 can be read.',
    ],
    [
      'bits that its colours cannot have',
      png({ ...claim, depth: 4, type: 2 }, whole),
      'Its variant of the format cannot be read: its header is invalid.',
    ],
    [
      'a chunk that is unknown and needed',
      pngOf([header(claim), ['ABCD', []], ['IDAT', whole], end]),
      'Its variant of the format cannot be read: it has a chunk "ABCD".',
    ],
    ['no end', png(claim, whole).subarray(0, -12), 'The file ends too early: copy it again.'],
  ])('a PNG with %s is named as one', async (_, file, sentence) => {
    expect(await reason(file)).toBe(sentence);
  });

  test.each<[string, Buffer, string]>([
    [
      'no scan',
      Buffer.concat([photo.subarray(0, photo.indexOf(Buffer.from([0xff, 0xda]))), Buffer.from([0xff, 0xd9])]),
      `${damaged}pixels are missing.`,
    ],
    [
      'a scan of two channels of three',
      edited(progressive, [0xff, 0xda], [0xff, 0xda, 0, 10, 2, 1, 0, 2, 0, 0, 0, 0], 14),
      `${damaged}pixels are missing.`,
    ],
    [
      'a scan of a channel that does not exist',
      edited(progressive, [0xff, 0xda], [0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 7, 0, 0, 0, 0], 14),
      `${damaged}a scan has unknown channels.`,
    ],
    [
      'two frames',
      edited(
        photo,
        [0xff, 0xc4],
        [...photo.subarray(photo.indexOf(Buffer.from([0xff, 0xc0])), photo.indexOf(Buffer.from([0xff, 0xc4])))],
      ),
      'Its variant of the format cannot be read: it has several frames.',
    ],
    ['a height that comes later', claiming(photo, 16, 0), 'It has no pixels.'],
    [
      '12 bits',
      edited(photo, [0xff, 0xc0], [0xff, 0xc1, 0, 17, 12], 5),
      'Its variant of the format cannot be read: it is neither baseline nor progressive with 8 bits.',
    ],
    [
      'arithmetic coding',
      edited(photo, [0xff, 0xc0], [0xff, 0xc9], 2),
      'Its variant of the format cannot be read: it is neither baseline nor progressive with 8 bits.',
    ],
    [
      'a channel that is sampled 15 times',
      edited(photo, [0xff, 0xc0], [0xff, 0xc0, 0, 17, 8, 0, 16, 0, 16, 3, 1, 0xff], 12),
      `${damaged}its channels are invalid.`,
    ],
    [
      'tables that end elsewhere',
      edited(photo, [0xff, 0xdb], [0xff, 0xdb, 0, 3, 0]),
      `${damaged}its tables have a wrong length.`,
    ],
    [
      'hundreds of scans',
      edited(progressive, [0xff, 0xd9], new Array<number[]>(200).fill([0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0, 0]).flat()),
      'Its variant of the format cannot be read: it has more than 100 scans.',
    ],
    ['no end', photo.subarray(0, -2), `${damaged}it has no end.`],
  ])('a JPEG with %s', async (_, file, sentence) => {
    expect(await reason(file)).toBe(sentence);
  });

  test('chunks after the pixels of a PNG, and damaged chunks that need not be read, change nothing', async () => {
    const plain = await seen(png(claim, whole));
    const more = ['tRNS', [0, 31]] as const;
    expect(await seen(pngOf([header(claim), ['gAMA', [1]], ['IDAT', whole], more, end]))).toEqual(plain);
    expect((await seen(pngOf([header(claim), more, ['IDAT', whole], end]))).data).not.toEqual(plain.data);
  });

  test('a PNG or JPEG that is cut anywhere', async () => {
    for (const file of [png(claim, whole), photo, progressive]) {
      for (let length = 1; length < file.length; length += 7) {
        expect((await seen(file.subarray(0, length))).message).toMatch(/^readImages: `source` must be /);
      }
    }
  });
});

describe('bytes that are changed at random give an error, or the pixels that another decoder finds', () => {
  const random = steps(42);
  const integer = (below: number): number => Math.floor(random() * below);
  const files = {
    PNG: pngKinds().map(({ file }) => Buffer.from(file)),
    JPEG: [
      photo,
      progressive,
      Buffer.from(flatJpeg({ levels: [100] })),
      Buffer.from(flatJpeg({ levels: [30, 60, 90, 200], adobe: 0 })),
    ],
  };

  /** A copy with one to three changes; most lie within the first bytes. */
  function changed(file: Buffer, within: number): Buffer {
    const copy = Buffer.from(file);
    for (let i = 0; i <= integer(3); i++) {
      const at = integer(random() < 0.8 ? Math.min(within, copy.length) : copy.length);
      copy[at] = random() < 0.5 ? copy[at]! ^ (1 << integer(8)) : [0, 1, 127, 128, 255][integer(5)]!;
    }
    return copy;
  }

  /** Makes the checksums right. */
  function summed(file: Buffer): Buffer {
    for (let at = 8; at + 12 <= file.length;) {
      const end = at + 8 + file.readUInt32BE(at);
      if (end + 4 > file.length) break;
      file.writeUInt32BE(crc32(file.subarray(at + 4, end)), end);
      at = end + 4;
    }
    return file;
  }

  /** Over white, as the reader does by default. */
  const overWhite = ({ data }: { readonly data: Uint8Array }): number[] =>
    Array.from({ length: (data.length / 4) * 3 }, (_, i) => {
      const pixel = 4 * Math.floor(i / 3);
      const alpha = data[pixel + 3]!;
      return Math.round((alpha * data[pixel + (i % 3)]! + (255 - alpha) * 255) / 255);
    });

  test.each(['PNG', 'JPEG'] as const)('of a %s', async (format) => {
    let read = 0;
    for (let i = 0; i < 600; i++) {
      const original = files[format][i % files[format].length]!;
      const isPng = format === 'PNG';
      // a PNG's signature stays
      const body = isPng ? changed(original.subarray(8), 33) : changed(original, original.length);
      const file = isPng ? Buffer.concat([original.subarray(0, 8), body]) : body;
      const { data, message } = await seen(isPng && i % 4 > 0 ? summed(file) : file);
      if (data === undefined) {
        expect(message).toMatch(/^readImages: `source` must be a PNG or JPEG file; got .*picture\. [A-Z].*\.$/s);
        continue;
      }
      read++;
      expect(data).toEqual(overWhite(isPng ? PNG.sync.read(file) : jpeg.decode(file, { useTArray: true })));
    }
    expect(read).toBeGreaterThan(40);
  });
});
