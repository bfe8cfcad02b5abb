import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium as playwright, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as entry from '../../src/browser/index.js';
import { imagesFrom, labelledImagesFrom, type BrowserImage, type ImageOptions } from '../../src/browser/index.js';
import { readImages } from '../../src/node/index.js';
import { jpegFile } from '../support/jpeg-file.js';
import { pngFile, pngKinds, steps } from '../support/png-file.js';
import { findChromium, launchOptions } from './chromium.js';

declare const door: typeof entry;

const chromium = await findChromium().catch(() => undefined);
/** Pages of this site are isolated from those of another. */
const SITE = 'http://pictures.test';
const OTHER_SITE = 'http://elsewhere.test';

/** A file as a page gets it. */
interface SentFile {
  readonly name: string;
  readonly base64: string;
  readonly type?: string;
}

/** Host data as a page sends them. */
interface SentImages {
  readonly data: number[];
  readonly shape: readonly number[];
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** A picture in colours that look random. */
function noisePng(width: number, height: number): Uint8Array {
  const next = steps(width);
  const samples = Array.from({ length: 3 * width * height }, () => Math.floor(256 * next()));
  return pngFile({ width, height, type: 2, depth: 8, samples });
}

describe.skipIf(chromium === undefined)('imagesFrom in a browser', () => {
  let browser: Browser;
  let page: Page;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'browser-images-'));
    const { outputFiles } = await build({
      stdin: { contents: "export * from './src/browser/index.ts';", resolveDir: process.cwd(), loader: 'ts' },
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'door',
      target: 'es2022',
    });
    const script = outputFiles[0]!.text;
    browser = await playwright.launch(launchOptions(chromium!));
    page = await browser.newPage();
    const picture = Buffer.from(noisePng(4, 3));
    await page.route('**/*', (route) => {
      const url = new URL(route.request().url());
      if (url.pathname === '/picture.png') return route.fulfill({ contentType: 'image/png', body: picture });
      if (url.pathname === '/door.js') return route.fulfill({ contentType: 'text/javascript', body: script });
      if (url.pathname === '/') return route.fulfill({ contentType: 'text/html', body: '<!doctype html>' });
      return route.fulfill({ status: 404 });
    });
    await page.goto(`${SITE}/`);
    await page.addScriptTag({ content: `${script}; globalThis.door = door;` });
    await page.evaluate(() => {
      Object.assign(globalThis, {
        fileOf: ({ name, base64, type = '' }: SentFile) =>
          new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type }),
        sent: ({ data, shape }: { data: Uint8Array; shape: readonly number[] }) => ({ data: [...data], shape }),
      });
    });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  /** The result in a page for files from an input element. */
  const inPage = (files: readonly SentFile[], options: ImageOptions = {}): Promise<SentImages> =>
    page.evaluate(async ([files, options]) => sent(await door.imagesFrom(files.map(fileOf), options)), [
      files,
      options,
    ] as const);

  /** The result in Node for the same file. */
  async function inNode(bytes: Uint8Array, options: ImageOptions = {}): Promise<SentImages> {
    const path = join(folder, 'picture');
    await writeFile(path, bytes);
    const { data, shape } = await readImages([path], options);
    return { data: [...data], shape };
  }

  const difference = (a: SentImages, b: SentImages): number =>
    Math.max(...a.data.map((value, i) => Math.abs(value - b.data[i]!)));

  test.each(pngKinds())(
    'gives the bytes that Node gives for a PNG of $name',
    async ({ name, file, isOpaque, is16WithAlpha }) => {
      const files = [{ name, base64: base64(file) }];
      const [seen, expected] = [await inPage(files, { channels: 3 }), await inNode(file, { channels: 3 })];
      expect(seen.shape).toEqual(expected.shape);
      // a canvas rounds colours after multiplying them by alpha; Chromium cuts 16 bits to 8 where Node rounds
      const limit = is16WithAlpha ? 2 : isOpaque && !name.includes('16 bits') ? 0 : 1;
      expect(difference(seen, expected)).toBeLessThanOrEqual(limit);
    },
  );

  test.each<[string, ImageOptions]>([
    ['cover', { size: [16, 16] }],
    ['contain', { size: [20, 16], fit: 'contain', background: [1, 0, 0.3] }],
    ['stretch', { size: [7, 64], fit: 'stretch' }],
    ['one channel', { size: [50, 50], channels: 1 }],
  ])('gives the bytes that Node gives at another size: %s', async (_, options) => {
    const file = noisePng(61, 45);
    expect(await inPage([{ name: 'a.png', base64: base64(file) }], options)).toEqual(await inNode(file, options));
  });

  test('takes the numbers of a file and ignores its gamma', async () => {
    const content = { width: 2, height: 1, type: 0, depth: 8, samples: [50, 200] } as const;
    const file = pngFile({ ...content, chunks: [['gAMA', [0, 1, 0x86, 0xa0]]] });
    expect((await inPage([{ name: 'a.png', base64: base64(file) }])).data).toEqual([50, 200]);
  });

  test.each([1, 3, 6, 8])('turns a photograph of orientation %i as Node does', async (orientation) => {
    const file = jpegFile(24, 16, (x, y) => [10 * x, 15 * y, 60], { orientation, order: 'II' });
    const [seen, expected] = [await inPage([{ name: 'a.jpg', base64: base64(file) }]), await inNode(file)];
    expect(seen.shape).toEqual(expected.shape);
    // two decoders of JPEG
    expect(difference(seen, expected)).toBeLessThan(12);
  });

  test('reads canvases, bitmaps, image elements and ImageData as the file they show', async () => {
    const file = noisePng(5, 4);
    const expected = await inNode(file);
    const seen = await page.evaluate(
      async (sentFile) => {
        const blob = fileOf(sentFile);
        const bitmap = await createImageBitmap(blob);
        const canvas = Object.assign(document.createElement('canvas'), { width: 5, height: 4 });
        const context = canvas.getContext('2d')!;
        context.drawImage(bitmap, 0, 0);
        const offscreen = new OffscreenCanvas(5, 4);
        offscreen.getContext('2d')!.drawImage(bitmap, 0, 0);
        const element = Object.assign(new Image(), { src: URL.createObjectURL(blob) });
        const pixels = context.getImageData(0, 0, 5, 4);
        return sent(await door.imagesFrom([blob, new Blob([blob]), bitmap, canvas, offscreen, element, pixels]));
      },
      { name: 'a.png', base64: base64(file) },
    );
    expect(seen.shape).toEqual([7, 4, 5, 3]);
    expect(seen.data).toEqual(Array.from({ length: 7 }, () => expected.data).flat());
  });

  test('reads in a worker', async () => {
    const file = noisePng(9, 9);
    const seen = await page.evaluate(
      async (sentFile) => {
        const program = `importScripts('${location.origin}/door.js');
        onmessage = async ({ data }) => {
          const { data: bytes, shape } = await door.imagesFrom([data], { size: [4, 4] });
          postMessage({ data: [...bytes], shape });
        };`;
        const worker = new Worker(URL.createObjectURL(new Blob([program])));
        worker.postMessage(fileOf(sentFile));
        return new Promise<SentImages>((resolve, reject) => {
          worker.onmessage = ({ data }) => resolve(data as SentImages);
          worker.onerror = ({ message }) => reject(new Error(message));
        });
      },
      { name: 'a.png', base64: base64(file) },
    );
    expect(seen).toEqual(await inNode(file, { size: [4, 4] }));
  });

  test('lets the page run between two pictures, and stops on request', async () => {
    const seen = await page.evaluate(async () => {
      const [events, stop] = [[] as string[], new AbortController()];
      const dot = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
      const onProgress = ({ done, total }: { done: number; total: number }) => {
        events.push(`${done} of ${total}`);
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => events.push('task');
        port2.postMessage('');
        if (done === 2) stop.abort('enough');
      };
      const reason: unknown = await door
        .imagesFrom([dot, dot, dot], { onProgress, signal: stop.signal })
        .catch((e: unknown) => e);
      return { events, reason };
    });
    expect(seen).toEqual({ events: ['1 of 3', 'task', '2 of 3', 'task'], reason: 'enough' });
  });

  describe('refuses', () => {
    const whole = noisePng(60, 60);
    const photo = jpegFile(64, 64, (x, y) => [4 * x, 4 * y, (7 * x * y) % 256]);

    test.each<[string, SentFile, string]>([
      [
        'a text',
        { name: 'notes.txt', base64: base64(Buffer.from('hello')), type: 'text/plain' },
        'got notes.txt (text/plain). It is damaged, or in a format that this browser does not support.',
      ],
      ['an empty file', { name: 'none.png', base64: '' }, 'got none.png (of unknown type). The file is empty.'],
      [
        'a cut PNG',
        { name: 'cut.png', base64: base64(whole.subarray(0, 5000)), type: 'image/png' },
        'got cut.png (image/png). It is damaged',
      ],
      [
        'a cut JPEG',
        { name: 'cut.jpg', base64: base64(photo.subarray(0, -300)), type: 'image/jpeg' },
        'got cut.jpg (image/jpeg). It is damaged',
      ],
    ])('%s, by name', async (_, file, message) => {
      const good = { name: 'good.png', base64: base64(whole) };
      await expect(inPage([good, file])).rejects.toThrow(
        `imagesFrom: \`sources[1]\` must be a picture that the browser can decode; ${message}`,
      );
    });

    test('pictures that differ in size, with two names and sizes', async () => {
      const files = [
        { name: 'a.png', base64: base64(whole) },
        { name: 'b.jpg', base64: base64(photo) },
      ];
      await expect(inPage(files)).rejects.toThrow(
        'got a.png with 60 x 60 (height x width) and b.jpg with 64 x 64 (height x width).',
      );
    });

    test('an image element that does not load, and one of another site', async () => {
      const messages = await page.evaluate(async (site) => {
        const missing = Object.assign(new Image(), { src: '/missing.png' });
        const foreign = Object.assign(new Image(), { src: `${site}/picture.png` });
        const messageOf = (image: HTMLImageElement) => door.imagesFrom([image]).catch((error: Error) => error.message);
        return [await messageOf(missing), await messageOf(foreign)];
      }, OTHER_SITE);
      expect(messages).toEqual([
        `imagesFrom: \`sources[0]\` must be an image element that loads; got ${SITE}/missing.png.`,
        'imagesFrom: `sources[0]` must be readable by this page; got an HTMLImageElement that is not. It comes from another site: ' +
          "load it with crossOrigin = 'anonymous', which that site must allow.",
      ]);
    });

    test('a bitmap that was closed', async () => {
      const message = await page.evaluate(async () => {
        const bitmap = await createImageBitmap(new ImageData(2, 2));
        bitmap.close();
        return door.imagesFrom([bitmap]).catch((error: Error) => error.message);
      });
      expect(message).toBe('imagesFrom: `sources[0]` must have pixels; got 0 x 0. An ImageBitmap must not be closed.');
    });
  });

  test('works without OffscreenCanvas in a page, and names what is missing in a worker', async () => {
    const file = { name: 'a.png', base64: base64(noisePng(3, 3)) };
    const [inPage, inWorker] = await page.evaluate(async (sentFile) => {
      const own = globalThis.OffscreenCanvas;
      Object.assign(globalThis, { OffscreenCanvas: undefined });
      const { shape } = await door.imagesFrom([fileOf(sentFile)]);
      Object.assign(globalThis, { OffscreenCanvas: own });
      const program = `importScripts('${location.origin}/door.js'); self.OffscreenCanvas = undefined;
        onmessage = ({ data }) => door.imagesFrom([data]).catch((error) => postMessage(error.message));`;
      const worker = new Worker(URL.createObjectURL(new Blob([program])));
      worker.postMessage(fileOf(sentFile));
      return [
        shape,
        await new Promise<string>((resolve) => (worker.onmessage = ({ data }) => resolve(data as string))),
      ] as const;
    }, file);
    expect(inPage).toEqual([1, 3, 3, 3]);
    expect(inWorker).toMatch(
      /^imagesFrom: `sources\[0\]` must be ImageData if there is no OffscreenCanvas; got an? ImageBitmap\. /,
    );
  });
});

declare function fileOf(file: SentFile): File;
declare function sent(images: entry.HostImages): SentImages;

describe('imagesFrom and labelledImagesFrom', () => {
  const grey = (level: number) => ({ width: 1, height: 1, data: Uint8ClampedArray.of(level, level, level, 255) });

  test('give what batches takes, with the classes in the order of their names', async () => {
    expect(await labelledImagesFrom({ '10': [grey(1)], b: [grey(4)], '9': new Set([grey(2), grey(3)]) })).toEqual({
      data: {
        x: { data: Uint8Array.of(2, 3, 1, 4), shape: [4, 1, 1, 1] },
        condition: { data: Int32Array.of(0, 0, 1, 2), shape: [4] },
      },
      classes: ['9', '10', 'b'],
    });
  });

  test.each<[string, unknown, string]>([
    [
      'one picture',
      grey(1),
      '`sources` must be a list of pictures; got { width, height, data }. Put one in brackets: [picture].',
    ],
    ['an empty list', [], '`sources` must have at least one picture; got an empty list.'],
    [
      'no picture',
      [grey(1), 'a.png'],
      '`sources[1]` must be a Blob, an image element, a canvas, an ImageBitmap or ImageData with 8 bits; got',
    ],
    ['null', [null], '`sources[0]` must be a Blob, '],
    [
      'too few bytes',
      [{ ...grey(1), width: 2 }],
      '`sources[0].data` must have four bytes for each of 1 x 2 pixels; got 4.',
    ],
    ['half a pixel', [{ ...grey(1), width: 0.5 }], '`sources[0].width` must be a positive integer; got 0.5.'],
    [
      'a Blob where nothing decodes it',
      [new Blob(['a'])],
      '`sources[0]` must be ImageData if there is no OffscreenCanvas; got a Blob. A newer browser has one; in Node, use readImages',
    ],
  ])('refuse %s', async (_, sources, message) => {
    await expect(imagesFrom(sources as Iterable<BrowserImage>)).rejects.toThrow(`imagesFrom: ${message}`);
  });

  test('refuse groups without pictures', async () => {
    await expect(labelledImagesFrom({})).rejects.toThrow(
      'labelledImagesFrom: `groups` must have at least one class; got none.',
    );
    await expect(labelledImagesFrom({ cat: [] })).rejects.toThrow(
      '`groups.cat` must have at least one picture; got an empty list.',
    );
    await expect(labelledImagesFrom(5 as never)).rejects.toThrow(
      '`groups` must be an object with a list of pictures for each class',
    );
    await expect(imagesFrom([grey(1)], { fit: 'fill' as never })).rejects.toThrow('imagesFrom: `fit` must be one of');
  });
});
