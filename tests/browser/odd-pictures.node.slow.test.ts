import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BrowserImage, HostImages, ImageOptions } from '../../src/browser/index.js';
import { readImages } from '../../src/node/index.js';
import { flatJpeg } from '../support/flat-jpeg.js';
import { bytesOf, pngFile } from '../support/png-file.js';
import { findChromium } from './chromium.js';
import { openPicturePage, OTHER_SITE, SITE, type Door, type Seen } from './picture-page.js';

declare const door: Door;
declare function sent(images: Promise<HostImages>): Promise<Seen>;
declare function fileOf(base64: string, type?: string): File;

const chromium = await findChromium().catch(() => undefined);

/** A grey PNG of any size, whose level at each place is that of the function; without an array of its samples. */
function greyPng(width: number, height: number, levelAt: (x: number, y: number) => number): Uint8Array {
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = levelAt(x, y) & 255;
  }
  const chunk = (name: string, body: Uint8Array): Buffer => {
    const named = Buffer.concat([Buffer.from(name), body]);
    return Buffer.concat([Buffer.from(bytesOf(body.length, 4)), named, Buffer.from(bytesOf(crc32(named), 4))]);
  };
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', Buffer.from([...bytesOf(width, 4), ...bytesOf(height, 4), 8, 0, 0, 0, 0])),
    chunk('IDAT', deflateSync(lines, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The block of an Exif note with its orientation. */
const exif = (orientation: number): number[] => [
  ...Buffer.from('MM'),
  0,
  42,
  0,
  0,
  0,
  8,
  0,
  1,
  1,
  0x12,
  0,
  3,
  0,
  0,
  0,
  1,
  0,
  orientation,
  0,
  0,
  0,
  0,
  0,
  0,
];
const colours = {
  width: 3,
  height: 2,
  type: 2,
  depth: 8,
  samples: Array.from({ length: 18 }, (_, i) => 13 * i),
} as const;

/** Two frames of one pixel: red, then blue. */
const GIF = Uint8Array.from([
  ...Buffer.from('GIF89a'),
  1,
  0,
  1,
  0,
  0x80,
  0,
  0,
  200,
  0,
  0,
  0,
  0,
  200,
  ...[0x21, 0xf9, 4, 0, 1, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0],
  ...[0x21, 0xf9, 4, 0, 1, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4c, 1, 0, 0x3b],
]);
const svg = (head: string, size = 'width="4" height="2"'): Uint8Array =>
  Buffer.from(
    `${head}<svg xmlns="http://www.w3.org/2000/svg" ${size}><rect width="100%" height="100%" fill="rgb(10,20,30)"/></svg>`,
  );

describe.skipIf(chromium === undefined)('odd pictures in a browser', () => {
  let browser: Browser;
  let page: Page;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'odd-pictures-'));
    const picture = { type: 'image/png', body: pngFile(colours) };
    ({ browser, page } = await openPicturePage(chromium!, {
      '/picture.png': picture,
      '/lazy.png': picture,
      '/drawing.svg': { type: 'image/svg+xml', body: svg('') },
      '/endless.svg': { type: 'image/svg+xml', body: svg('', 'viewBox="0 0 4 2"') },
    }));
    await page.evaluate(() => {
      Object.assign(globalThis, {
        sent: (images: Promise<HostImages>) =>
          images.then(
            ({ data, shape }) => ({ data: [...data], shape }),
            (error: Error) => ({ message: String(error?.message ?? error) }),
          ),
        fileOf: (base64: string, type = '') =>
          new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], 'odd', { type }),
      });
    });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  const inPage = (file: Uint8Array, options: ImageOptions = {}, type = ''): Promise<Seen> =>
    page.evaluate(([base64, options, type]) => sent(door.imagesFrom([fileOf(base64, type)], options)), [
      Buffer.from(file).toString('base64'),
      options,
      type,
    ] as const);
  async function inNode(file: Uint8Array, options: ImageOptions = {}): Promise<Seen> {
    const path = join(folder, 'odd');
    await writeFile(path, file);
    return readImages([path], options).then(
      ({ data, shape }) => ({ data: [...data], shape }),
      (error: unknown) => ({ message: (error as Error).message }),
    );
  }

  describe('files that are read', () => {
    test.each<[string, () => Uint8Array, ImageOptions]>([
      ['wider than 65,535 pixels', () => greyPng(70_000, 2, (x, y) => x * 7 + (x >> 8) + y), {}],
      ['higher than 65,535 pixels', () => greyPng(2, 70_000, (x, y) => y * 7 + (y >> 8) + x), {}],
      ['longer than that, for a small size', () => greyPng(66_000, 50, (x, y) => (x >> 8) + y), { size: [9, 11] }],
      [
        'larger than one tile on both sides',
        () => greyPng(4100, 4099, (x, y) => (x >> 4) * 3 + (y >> 3) * 5),
        { size: [80, 64] },
      ],
      ['of just the size of a tile', () => greyPng(4096, 3, (x, y) => x * 3 + y), {}],
      ['of one pixel', () => greyPng(1, 1, () => 77), {}],
      [
        'with a note of its orientation before the pixels',
        () => pngFile({ ...colours, chunks: [['eXIf', exif(6)]] }),
        {},
      ],
      ['turned and mirrored by its note', () => pngFile({ ...colours, chunks: [['eXIf', exif(5)]] }), {}],
      ['with a note that says nonsense', () => pngFile({ ...colours, chunks: [['eXIf', exif(9)]] }), {}],
      ['with a note that is cut', () => pngFile({ ...colours, chunks: [['eXIf', exif(6).slice(0, 14)]] }), {}],
    ])('a PNG %s gives the bytes that Node gives', { timeout: 60_000 }, async (_, make, options) => {
      const file = make();
      const seen = await inPage(file, options);
      expect(seen).toHaveProperty('shape');
      expect(seen).toEqual(await inNode(file, options));
    });

    test('an orientation after the pixels counts as it does in Node', async () => {
      const file = Buffer.from(pngFile({ ...colours, chunks: [['eXIf', exif(6)]] }));
      const [from, length] = [file.indexOf('eXIf') - 4, exif(6).length + 12];
      const note = file.subarray(from, from + length);
      const end = file.length - 12;
      const behind = Buffer.concat([
        file.subarray(0, from),
        file.subarray(from + length, end),
        note,
        file.subarray(end),
      ]);
      expect(await inPage(behind)).toEqual(await inNode(behind));
    });

    test.each<[string, Parameters<typeof flatJpeg>[0]]>([
      ['grey', { levels: [100] }],
      ['progressive', { levels: [120, 90, 200], isProgressive: true }],
      ['CMYK by Adobe', { levels: [30, 60, 90, 200], adobe: 0 }],
      ['YCCK by Adobe', { levels: [120, 100, 140, 210], adobe: 2 }],
    ])('a JPEG that is %s gives what Node gives', async (_, content) => {
      const file = flatJpeg(content);
      const [seen, expected] = [await inPage(file), await inNode(file)];
      if (!('data' in seen) || !('data' in expected)) throw new Error(JSON.stringify([seen, expected]));
      expect(seen.shape).toEqual(expected.shape);
      seen.data.forEach((level, i) => expect(Math.abs(level - expected.data[i]!)).toBeLessThanOrEqual(3));
    });

    test('an animation gives its first picture', async () => {
      expect(await inPage(GIF, {}, 'image/gif')).toEqual({ shape: [1, 1, 1, 3], data: [200, 0, 0] });
    });
  });

  test.each<[string, Uint8Array, string]>([
    ['by its type', svg(''), 'image/svg+xml'],
    ['by its first element', svg(''), ''],
    ['behind a declaration and a comment', svg('<?xml version="1.0"?>\n<!-- drawn by hand -->\n'), 'text/xml'],
  ])('an SVG is named as one: %s', async (_, file, type) => {
    expect(await inPage(file, {}, type)).toEqual({
      message: expect.stringMatching(
        /It is an SVG, which has no pixels: draw it on a canvas of the right size/,
      ) as string,
    });
    expect(await inNode(file)).toEqual({
      message: expect.stringContaining('those of an SVG file: convert it to PNG.') as string,
    });
  });

  /** The result of a function in the page that calls door.imagesFrom. */
  const seenBy = <T extends object>(work: (site: string) => Promise<T>, argument = OTHER_SITE): Promise<T> =>
    page.evaluate(work, argument);

  test('a small file that claims a large picture is refused in the words of Node, and so is one above maxPixels', async () => {
    const large = Buffer.from(flatJpeg({ levels: [100] }));
    const frame = large.indexOf(Buffer.from([0xff, 0xc0]));
    for (const side of [5, 7]) large.writeUInt16BE(5000, frame + side);
    const long = greyPng(70_000, 2, (x) => x);
    long.set(bytesOf(2 ** 31 - 1, 4), 20);
    const cases: [Uint8Array, ImageOptions, RegExp][] = [
      [large, {}, /bytes cannot hold the 5000 x 5000 pixels that its header claims\.$/],
      [long, {}, /bytes cannot hold the 2147483647 x 70000 pixels that its header claims\.$/],
      [pngFile(colours), { maxPixels: 5 }, /It has 2 x 3 pixels: pass a larger maxPixels if there is memory\.$/],
    ];
    for (const [file, options, message] of cases) {
      expect(await inPage(file, options)).toEqual({ message: expect.stringMatching(message) as string });
      expect(await inNode(file, options)).toEqual({ message: expect.stringMatching(message) as string });
    }
    expect(await inPage(GIF, { maxPixels: 1 }, 'image/gif')).toHaveProperty('shape');
    const drawn = await page.evaluate(() => sent(door.imagesFrom([new OffscreenCanvas(3, 2)], { maxPixels: 5 })));
    expect(drawn).toEqual({
      message: expect.stringMatching(/got 2 x 3 pixels\. Pass a larger maxPixels\.$/) as string,
    });
  });

  describe('image elements', () => {
    test('that are lazy are loaded, and are lazy again afterwards', async () => {
      const seen = await seenBy(async () => {
        document.body.innerHTML = '<div style="height: 100000px"></div><img loading="lazy" src="/lazy.png">';
        const image = document.querySelector('img')!;
        await new Promise((resolve) => setTimeout(resolve, 50));
        const before = image.naturalWidth;
        return { before, after: await sent(door.imagesFrom([image])), loading: image.loading };
      });
      expect(seen).toEqual({ before: 0, after: await inNode(pngFile(colours)), loading: 'lazy' });
    });

    test('whose server does not answer end with the signal, or after the timeout', async () => {
      const seen = await seenBy(async () => {
        const image = Object.assign(new Image(), { src: '/never' });
        const stop = new AbortController();
        const stopped = sent(door.imagesFrom([image], { signal: stop.signal }));
        stop.abort(new Error('enough'));
        const own = globalThis.setTimeout;
        Object.assign(globalThis, { setTimeout: (work: () => void, wait: number) => own(work, wait / 1000) });
        const late = sent(door.imagesFrom([image]));
        Object.assign(globalThis, { setTimeout: own });
        return { stopped: await stopped, late: await late };
      });
      expect(seen).toEqual({
        stopped: { message: 'enough' },
        late: {
          message: `imagesFrom: \`sources[0]\` must be an image element that loads; got ${SITE}/never. It has not loaded within 30 seconds: wait until it has loaded.`,
        },
      });
    });

    test('of a drawing have its size; those without one, without src or with a broken picture are refused or drawn, never white', async () => {
      const seen = await seenBy(async () => {
        const of = (attributes: Partial<HTMLImageElement>) =>
          sent(door.imagesFrom([Object.assign(new Image(), attributes)]));
        return {
          drawing: await of({ src: '/drawing.svg' }),
          endless: await of({ src: '/endless.svg' }),
          none: await of({}),
          broken: await of({ src: 'data:image/png;base64,AAAA' }),
          missing: await of({ src: '/missing.png' }),
          set: await of({ srcset: '/picture.png 1x' }),
        };
      });
      const drawn = (count: number) => Array.from({ length: count }, () => [10, 20, 30]).flat();
      expect(seen.drawing).toEqual({ shape: [1, 2, 4, 3], data: drawn(8) });
      if ('data' in seen.endless) expect(new Set(seen.endless.data)).toEqual(new Set([10, 20, 30]));
      expect(seen.set).toEqual(await inNode(pngFile(colours)));
      for (const refused of [seen.none, seen.broken, seen.missing]) {
        expect(refused).toEqual({ message: expect.stringMatching(/must be an image element that loads/) as string });
      }
    });
  });

  describe('canvases', () => {
    test('that a browser cannot make are refused', async () => {
      const seen = await seenBy(async () => {
        const found: Record<string, Seen> = {};
        for (const [width, height] of [
          [70_000, 2],
          [2, 70_000],
          [20_000, 20_000],
        ] as const) {
          const canvas = Object.assign(document.createElement('canvas'), { width, height });
          canvas.getContext('2d')!.fillRect(0, 0, width, height);
          found[`${width} x ${height}`] = await sent(door.imagesFrom([canvas], { size: [4, 4] }));
          const offscreen = new OffscreenCanvas(width, height);
          offscreen.getContext('2d')?.fillRect(0, 0, width, height);
          found[`${width} x ${height} offscreen`] = await sent(door.imagesFrom([offscreen], { size: [4, 4] }));
        }
        return found;
      });
      for (const [size, found] of Object.entries(seen)) {
        // what is drawn is black
        if ('data' in found) expect([size, new Set(found.data)]).toEqual([size, new Set([0])]);
        else
          expect(found.message, size).toMatch(
            /^imagesFrom: `sources\[0\]` must be a (canvas that is not empty|picture that)/,
          );
      }
    });

    test('of WebGL are read in the task that draws them, and refused once they are empty', async () => {
      const seen = await seenBy(async () => {
        const drawn = (canvas: HTMLCanvasElement | OffscreenCanvas) => {
          const gl = (canvas as HTMLCanvasElement).getContext('webgl')!;
          gl.clearColor(1, 0, 0, 1);
          gl.clear(gl.COLOR_BUFFER_BIT);
          return canvas;
        };
        const onPage = Object.assign(document.createElement('canvas'), { width: 2, height: 2 });
        document.body.append(onPage);
        const now = [
          await sent(door.imagesFrom([drawn(onPage)])),
          await sent(door.imagesFrom([drawn(new OffscreenCanvas(2, 2))])),
        ];
        drawn(onPage);
        for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
        const handed = new OffscreenCanvas(2, 2);
        drawn(handed);
        handed.transferToImageBitmap();
        return { now, late: [await sent(door.imagesFrom([onPage])), await sent(door.imagesFrom([handed]))] };
      });
      const red = { shape: [1, 2, 2, 3], data: Array.from({ length: 4 }, () => [255, 0, 0]).flat() };
      expect(seen.now).toEqual([red, red]);
      for (const late of seen.late) {
        if ('data' in late) expect(late).toEqual(red);
        else
          expect(late.message).toMatch(
            /must be a canvas that is not empty; got an empty one that has no 2d context\. Pass it in the task/,
          );
      }
    });

    test('that are blank show the background with any drawing state, and stay unchanged', async () => {
      const seen = await seenBy(async () => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 2, height: 1 });
        const context = canvas.getContext('2d')!;
        context.globalAlpha = 0;
        context.translate(50, 50);
        const blank = await sent(door.imagesFrom([canvas], { background: 0.4 }));
        return {
          blank,
          left: [...context.getImageData(0, 0, 2, 1).data],
          without: await sent(door.imagesFrom([new OffscreenCanvas(1, 1)])),
        };
      });
      expect(seen).toEqual({
        blank: { shape: [1, 1, 2, 1], data: [102, 102] },
        left: new Array(8).fill(0),
        without: { shape: [1, 1, 1, 1], data: [255] },
      });
    });

    test('without pixels, of another site, handed over or closed, and videos, are refused by what they are', async () => {
      const seen = await seenBy(async (site) => {
        const of = (source: unknown) => sent(door.imagesFrom([source as BrowserImage]));
        const tainted = Object.assign(document.createElement('canvas'), { width: 2, height: 2 });
        const foreign = Object.assign(new Image(), { src: `${site}/picture.png` });
        await foreign.decode();
        tainted.getContext('2d')!.drawImage(foreign, 0, 0);
        const moved = await createImageBitmap(new ImageData(2, 2));
        const { port1 } = new MessageChannel();
        port1.postMessage(moved, [moved]);
        const gone = new OffscreenCanvas(2, 2);
        port1.postMessage(gone, [gone]);
        const left = Object.assign(document.createElement('canvas'), { width: 2, height: 2 });
        left.transferControlToOffscreen();
        return {
          zero: await of(Object.assign(document.createElement('canvas'), { width: 0, height: 5 })),
          zeroOffscreen: await of(new OffscreenCanvas(0, 0)),
          tainted: await of(tainted),
          moved: await of(moved),
          gone: await of(gone),
          left: await of(left),
          video: await of(document.createElement('video')),
          element: await of(document.createElementNS('http://www.w3.org/2000/svg', 'image')),
          promise: await of(Promise.resolve(new ImageData(1, 1))),
        };
      });
      for (const [name, found] of Object.entries(seen)) {
        expect(found, name).toEqual({
          message: expect.stringMatching(/^imagesFrom: `sources\[0\]` must [^\n]*; got [^\n]*\.$/) as string,
        });
      }
      expect(seen.video).toEqual({ message: expect.stringContaining('Draw it on a canvas, and pass that.') as string });
      expect(seen.zero).toEqual({
        message: 'imagesFrom: `sources[0]` must have pixels; got 5 x 0. Give it a width and a height.',
      });
    });
  });

  describe('colours of Display P3', () => {
    test('become those of sRGB as in the browser, to one level', async () => {
      const seen = await seenBy(async () => {
        const data = Uint8ClampedArray.from({ length: 4 * 64 }, (_, i) =>
          i % 4 === 3 ? 255 : (i * 97 + (i >> 3) * 31) % 256,
        );
        data.set([255, 0, 0, 255, 0, 255, 0, 255, 128, 128, 128, 255]);
        const pixels = new ImageData(data, 8, 8, { colorSpace: 'display-p3' });
        const canvas = Object.assign(document.createElement('canvas'), { width: 8, height: 8 });
        const context = canvas.getContext('2d', { colorSpace: 'srgb' })!;
        context.putImageData(pixels, 0, 0);
        const expected = [...context.getImageData(0, 0, 8, 8).data].filter((_, i) => i % 4 !== 3);
        const wide = Object.assign(document.createElement('canvas'), { width: 8, height: 8 });
        wide.getContext('2d', { colorSpace: 'display-p3' })!.putImageData(pixels, 0, 0);
        return {
          space: pixels.colorSpace,
          expected,
          own: await sent(door.imagesFrom([pixels])),
          record: await sent(door.imagesFrom([{ data, width: 8, height: 8, colorSpace: 'display-p3' }])),
          canvas: await sent(door.imagesFrom([wide])),
          other: await sent(door.imagesFrom([{ data, width: 8, height: 8, colorSpace: 'rec2020' } as never])),
        };
      });
      expect(seen.space).toBe('display-p3');
      for (const found of [seen.own, seen.record, seen.canvas]) {
        if (!('data' in found)) throw new Error(found.message);
        found.data.forEach((level, i) => expect(Math.abs(level - seen.expected[i]!)).toBeLessThanOrEqual(1));
      }
      // the greys of both are the same, and the purest red lies beyond sRGB
      if ('data' in seen.own)
        expect([...seen.own.data.slice(0, 3), ...seen.own.data.slice(6, 9)]).toEqual([255, 0, 0, 128, 128, 128]);
      expect(seen.other).toEqual({
        message: "imagesFrom: `sources[0].colorSpace` must be srgb or display-p3; got 'rec2020'.",
      });
    });
  });
});
