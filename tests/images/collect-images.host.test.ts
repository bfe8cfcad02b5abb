import { describe, expect, test } from 'vitest';
import { checkOptions } from '../../src/images/check-options.js';
import { collectImages, type ImageSource } from '../../src/images/collect-images.js';
import type { ImageOptions } from '../../src/images/host-images.js';

/** A picture of one row with these pixels. */
function row(name: string, ...pixels: readonly (readonly [number, number, number, number])[]): ImageSource {
  return { name, read: async () => ({ width: pixels.length, height: 1, data: Uint8Array.from(pixels.flat()) }) };
}
const dot = (...levels: readonly [number, number, number, number?]): ImageSource =>
  row(levels.join(), [levels[0], levels[1], levels[2], levels[3] ?? 255]);

const collect = (sources: readonly ImageSource[], options: ImageOptions = {}) =>
  collectImages('f', sources, checkOptions('f', options));

describe('channels', () => {
  test('are one if every pixel is grey, and three from the first colour on, also if it comes last', async () => {
    expect(await collect([dot(5, 5, 5), dot(9, 9, 9)])).toEqual({ data: Uint8Array.of(5, 9), shape: [2, 1, 1, 1] });
    expect(await collect([dot(5, 5, 5), dot(9, 9, 9), dot(1, 2, 3)])).toEqual({
      data: Uint8Array.of(5, 5, 5, 9, 9, 9, 1, 2, 3),
      shape: [3, 1, 1, 3],
    });
    expect((await collect([dot(1, 2, 3), dot(5, 5, 5)])).data).toEqual(Uint8Array.of(1, 2, 3, 5, 5, 5));
  });

  test('are what the option says: grey as colour, and colour as the luma that Pillow gives', async () => {
    expect((await collect([dot(5, 5, 5)], { channels: 3 })).data).toEqual(Uint8Array.of(5, 5, 5));
    const sources = [dot(255, 0, 0), dot(0, 255, 0), dot(0, 0, 255), dot(255, 255, 255), dot(77, 77, 77)];
    const { data, shape } = await collect(sources, { channels: 1 });
    expect([...data]).toEqual([76, 150, 29, 255, 77]);
    expect(shape).toEqual([5, 1, 1, 1]);
  });
});

describe('transparency', () => {
  test('shows the background: white, a grey or a colour', async () => {
    const half = dot(0, 100, 200, 51); // a fifth
    expect([...(await collect([half])).data]).toEqual([204, 224, 244]);
    expect([...(await collect([half], { background: 0 })).data]).toEqual([0, 20, 40]);
    expect([...(await collect([half], { background: [1, 0, 0.5] })).data]).toEqual([204, 20, 142]);
    expect([...(await collect([dot(9, 8, 7, 0)], { background: 0.2 })).data]).toEqual([51]);
  });

  test('is laid over the background before the size changes, so that hidden colours do not bleed', async () => {
    const source = row('a', [255, 0, 0, 0], [10, 10, 10, 255]);
    expect([...(await collect([source], { size: [1, 1], fit: 'stretch', background: 0 })).data]).toEqual([5]);
  });
});

describe('sizes', () => {
  test('that differ need the option, and the error names two pictures and their sizes', async () => {
    const [a, b] = [row('a.png', [0, 0, 0, 255], [0, 0, 0, 255]), row('b.png', [0, 0, 0, 255])];
    await expect(collect([a, a, b])).rejects.toThrow(
      'f: `size` must be given if pictures differ in size; got a.png with 1 x 2 (height x width) and b.png with 1 x 1 ' +
        '(height x width). Pass size: [height, width].',
    );
    expect((await collect([a, b], { size: [3, 5] })).shape).toEqual([2, 3, 5, 1]);
  });
});

describe('reading a list', () => {
  test('processes one picture at a time, reports each, and lets the event loop run in between', async () => {
    const seen: string[] = [];
    const sources = [1, 2, 3].map((level) => ({
      name: String(level),
      read: async () => {
        seen.push(`read ${level}`);
        setImmediate(() => seen.push(`task ${level}`));
        return { width: 1, height: 1, data: Uint8Array.of(level, level, level, 255) };
      },
    }));
    await collect(sources, { onProgress: ({ done, total }) => seen.push(`${done} of ${total}`) });
    const turns = [1, 2, 3].flatMap((level) => [`read ${level}`, `${level} of 3`, `task ${level}`]);
    expect(seen).toEqual(turns);
  });

  test('ends with the reason of the signal, before the next picture is read', async () => {
    const stop = new AbortController();
    let reads = 0;
    const source = { name: 'a', read: async () => (reads++, { width: 1, height: 1, data: new Uint8Array(4) }) };
    const reason = new Error('the user left');
    const onProgress = ({ done }: { done: number }) => {
      if (done === 2) stop.abort(reason);
    };
    await expect(collect([source, source, source, source], { signal: stop.signal, onProgress })).rejects.toBe(reason);
    expect(reads).toBe(2);
  });

  test('refuses more than fits into memory, in a sentence', async () => {
    const many = new Array<ImageSource>(1e6).fill(dot(1, 1, 1));
    await expect(collect(many, { size: [1000, 1000] })).rejects.toThrow(
      /^f: `size` must be small enough .* got 931.3 GiB\. /,
    );
  });
});

describe('options', () => {
  test.each<[string, object | null, string]>([
    ['null', null, '`options` must be an object'],
    [
      'an unknown name',
      { sise: [2, 2] },
      "`options` must be an object with the keys size, channels, fit, background, maxPixels, onProgress, signal; got the key 'sise'",
    ],
    ['a number as size', { size: 32 }, '`size` must be [height, width] in pixels; got 32'],
    ['three numbers as size', { size: [2, 2, 3] }, '`size` must be [height, width] in pixels; got [2, 2, 3]'],
    ['half a pixel', { size: [2, 2.5] }, '`size[1]` must be a positive integer; got 2.5'],
    ['two channels', { channels: 2 }, '`channels` must be 1 for grey or 3 for colour; got 2'],
    ['another fit', { fit: 'fill' }, "`fit` must be one of cover, contain, stretch; got 'fill'"],
    ['a byte as background', { background: 255 }, '`background` must be finite and at least 0 and at most 1; got 255'],
    [
      'two numbers as background',
      { background: [0, 1] },
      '`background` must be a number, or [red, green, blue]; got [0, 1]',
    ],
    ['a word as background', { background: 'white' }, "`background` must be a number; got 'white'"],
    ['no function', { onProgress: true }, '`onProgress` must be a function; got true'],
  ])('refuse %s', (_, options, message) => {
    expect(() => checkOptions('f', options as ImageOptions)).toThrow(`f: ${message}`);
  });
});
