import { crc32, deflateSync } from 'node:zlib';

/** What is written; `samples` are the numbers of the file, channel by channel, pixel by pixel, row by row. */
export interface PngContent {
  readonly width: number;
  readonly height: number;
  /** 0 grey, 2 colour, 3 palette, 4 grey and alpha, 6 colour and alpha. */
  readonly type: 0 | 2 | 3 | 4 | 6;
  /** Bits per sample. */
  readonly depth: number;
  readonly samples: readonly number[];
  readonly interlaced?: boolean;
  /** Red, green and blue of each entry. */
  readonly palette?: readonly number[];
  /** The chunk tRNS. */
  readonly transparency?: readonly number[];
  /** Chunks before the pixels. */
  readonly chunks?: readonly (readonly [name: string, body: readonly number[]])[];
}

const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** First column, first row, and the steps between columns and rows, of the seven passes of an interlaced file. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * Writes a PNG file of any kind as the standard says, without a library: pngjs writes neither palettes, nor fewer than 8 bits,
 * nor interlaced files.
 *
 * @see https://www.w3.org/TR/png-3/
 */
export function pngFile(content: PngContent): Uint8Array {
  const { width, height, type, depth, palette, transparency, interlaced = false, chunks = [] } = content;
  const header = [...bytesOf(width, 4), ...bytesOf(height, 4), depth, type, 0, 0, interlaced ? 1 : 0];
  const passes = interlaced ? PASSES : ([[0, 0, 1, 1]] as const);
  return pngOf([
    ['IHDR', header],
    ...chunks,
    ...(palette === undefined ? [] : [['PLTE', palette] as const]),
    ...(transparency === undefined ? [] : [['tRNS', transparency] as const]),
    ['IDAT', deflateSync(Buffer.from(passes.flatMap((pass) => linesOf(content, pass))))],
    ['IEND', []],
  ]);
}

/** A PNG file of any chunks, with right checksums. */
export function pngOf(chunks: readonly (readonly [name: string, body: readonly number[] | Uint8Array])[]): Uint8Array {
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, ...chunks.map(([name, body]) => chunk(name, body))]);
}

/** The lines of a pass, each after its filter, which is none. */
function linesOf({ width, height, type, depth, samples }: PngContent, [left, top, across, down]: readonly number[]) {
  const lines: number[] = [];
  for (let row = top!; row < height; row += down!) {
    const bits: number[] = [];
    for (let column = left!; column < width; column += across!) {
      const first = (row * width + column) * CHANNELS[type];
      for (const sample of samples.slice(first, first + CHANNELS[type])) {
        for (let bit = depth - 1; bit >= 0; bit--) bits.push((sample >> bit) & 1);
      }
    }
    if (bits.length === 0) continue;
    lines.push(0);
    for (let i = 0; i < bits.length; i += 8) {
      lines.push(Array.from({ length: 8 }, (_, j) => bits[i + j] ?? 0).reduce((byte, bit) => 2 * byte + bit, 0));
    }
  }
  return lines;
}

function chunk(name: string, body: readonly number[] | Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), Buffer.from(body)]);
  return Buffer.concat([Buffer.from(bytesOf(body.length, 4)), named, Buffer.from(bytesOf(crc32(named), 4))]);
}

/** A number in bytes, the highest first. */
export function bytesOf(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(value / 256 ** (count - 1 - i)) % 256);
}

/** A kind of PNG file, and its colours over white. */
export interface PngKind {
  readonly name: string;
  readonly file: Uint8Array;
  /** Red, green and blue of each pixel from 0 to 255, not rounded. */
  readonly colours: readonly number[];
  readonly isOpaque: boolean;
  readonly is16WithAlpha: boolean;
}

export const KIND_SIZE = { width: 7, height: 5 } as const;

/** One file for each colour type and bit depth that the standard has, plain and interlaced, with and without transparency. */
export function pngKinds(): PngKind[] {
  const depths = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] } as const;
  const kinds: PngKind[] = [];
  for (const type of [0, 2, 3, 4, 6] as const) {
    for (const depth of depths[type]) {
      for (const interlaced of [false, true]) kinds.push(pngKind(type, depth, interlaced, false));
      if (type <= 3) kinds.push(pngKind(type, depth, false, true));
    }
  }
  return kinds;
}

function pngKind(type: PngContent['type'], depth: number, interlaced: boolean, isTransparent: boolean): PngKind {
  const most = 2 ** depth - 1;
  const pixels = KIND_SIZE.width * KIND_SIZE.height;
  const numbers = steps(type * 100 + depth + (interlaced ? 17 : 0));
  const samples = Array.from({ length: pixels * CHANNELS[type] }, () => Math.floor(numbers() * (most + 1)));
  const palette = type === 3 ? Array.from({ length: 3 * (most + 1) }, () => Math.floor(numbers() * 256)) : undefined;
  // the first entries of a palette, or the colour of the first pixel
  const transparency = !isTransparent
    ? undefined
    : type === 3
      ? [0, 100]
      : samples.slice(0, CHANNELS[type]).flatMap((sample) => bytesOf(sample, 2));
  const file = pngFile({ ...KIND_SIZE, type, depth, samples, interlaced, ...defined({ palette, transparency }) });
  const colours = Array.from({ length: pixels }, (_, pixel) => {
    const own = samples.slice(pixel * CHANNELS[type], (pixel + 1) * CHANNELS[type]);
    const levels = own.map((sample) => (255 * sample) / most);
    const isHidden = isTransparent && own.every((sample, i) => sample === samples[i]);
    if (type === 3) {
      const alpha = isTransparent ? ([0, 100][own[0]!] ?? 255) : 255;
      return over(palette!.slice(3 * own[0]!, 3 * own[0]! + 3), alpha);
    }
    if (type === 0) return over([levels[0]!, levels[0]!, levels[0]!], isHidden ? 0 : 255);
    if (type === 4) return over([levels[0]!, levels[0]!, levels[0]!], levels[1]!);
    return over(levels.slice(0, 3), type === 6 ? levels[3]! : isHidden ? 0 : 255);
  }).flat();
  const words = [`type ${type}`, `${depth} bits`, interlaced ? 'interlaced' : '', isTransparent ? 'tRNS' : ''];
  const name = words.filter((word) => word !== '').join(', ');
  const [isOpaque, is16WithAlpha] = [type < 4 && !isTransparent, type >= 4 && depth === 16];
  return { name, file, colours, isOpaque, is16WithAlpha };
}

/** Over white. */
const over = (colour: readonly number[], alpha: number): number[] =>
  colour.map((level) => (alpha * level + (255 - alpha) * 255) / 255);

function defined<T extends object>(record: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as never;
}

/** Numbers in [0, 1) that look random: the multiplicative generator of Park and Miller. */
export function steps(seed: number): () => number {
  let state = seed + 1;
  for (let i = 0; i < 5; i++) state = (state * 48271) % 2147483647;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
