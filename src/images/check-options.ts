import { checkFunction, checkInteger, checkNumber } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { readOptions, signalRule } from '../tensor/options.js';
import type { ImageOptions } from './host-images.js';

const FITS = ['cover', 'contain', 'stretch'] as const;

/** Checked options, with the defaults filled in. */
export interface CheckedOptions extends Pick<ImageOptions, 'size' | 'channels' | 'onProgress'> {
  readonly signal: AbortSignal | undefined;
  readonly maxPixels: number;
  readonly fit: (typeof FITS)[number];
  /** Red, green and blue from 0 to 255, not rounded. */
  readonly background: readonly [number, number, number];
}

/** Throws unless `options` are {@link ImageOptions}. */
export function checkOptions(where: string, options: ImageOptions): CheckedOptions {
  const read = readOptions(where, options, {
    size: { is: checkSize, default: undefined },
    channels: { is: checkChannels, default: undefined },
    fit: { is: checkFit, default: 'cover' },
    background: { default: 1 },
    maxPixels: { is: checkInteger, default: 2 ** 26 },
    onProgress: { is: checkFunction, default: undefined },
    signal: signalRule,
  });
  return { ...read, background: readBackground(where, read.background) };
}

function checkSize(where: string, argument: string, size: unknown): void {
  if (!Array.isArray(size) || size.length !== 2) {
    throw wrongKind(where, argument, 'must be [height, width] in pixels', { got: size });
  }
  size.forEach((length, axis) => checkInteger(where, `${argument}[${axis}]`, length));
}

function checkChannels(where: string, argument: string, channels: unknown): void {
  if (channels === 1 || channels === 3) return;
  throw outOfRange(where, argument, 'must be 1 for grey or 3 for colour', { got: channels });
}

function checkFit(where: string, argument: string, fit: CheckedOptions['fit']): void {
  if (!FITS.includes(fit)) throw outOfRange(where, argument, `must be one of ${FITS.join(', ')}`, { got: fit });
}

function readBackground(where: string, background: unknown): [number, number, number] {
  const levels: readonly unknown[] = Array.isArray(background) ? background : [background, background, background];
  if (levels.length !== 3) {
    const rule = 'must be a number, or [red, green, blue]';
    throw wrongKind(where, 'background', rule, { got: background });
  }
  return levels.map((level) => {
    checkNumber(where, 'background', level, { least: 0, most: 1 });
    return 255 * level;
  }) as [number, number, number];
}
