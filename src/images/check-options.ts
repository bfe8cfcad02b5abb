import { checkFunction, checkInteger, checkNumber } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import type { ImageOptions } from './host-images.js';

const FITS = ['cover', 'contain', 'stretch'] as const;

/** Checked options, with the defaults filled in. */
export interface CheckedOptions extends Pick<ImageOptions, 'size' | 'channels' | 'onProgress' | 'signal'> {
  readonly fit: (typeof FITS)[number];
  /** Red, green and blue from 0 to 255, not rounded. */
  readonly background: readonly [number, number, number];
}

/** Throws unless `options` are {@link ImageOptions}. */
export function checkOptions(where: string, options: ImageOptions): CheckedOptions {
  const known = readOptions(where, options, 'size channels fit background onProgress signal');
  const { size, channels, fit = 'cover', background = 1, onProgress, signal } = known;
  if (size !== undefined) checkSize(where, size);
  if (channels !== undefined && channels !== 1 && channels !== 3) {
    throw outOfRange(where, 'channels', 'must be 1 for grey or 3 for colour', { got: channels });
  }
  if (!FITS.includes(fit)) {
    throw outOfRange(where, 'fit', `must be one of ${FITS.join(', ')}`, { got: fit });
  }
  if (onProgress !== undefined) checkFunction(where, 'onProgress', onProgress);
  return { size, channels, fit, background: checkBackground(where, background), onProgress, signal };
}

function checkSize(where: string, size: unknown): void {
  if (!Array.isArray(size) || size.length !== 2) {
    throw wrongKind(where, 'size', 'must be [height, width] in pixels', { got: size });
  }
  size.forEach((length, axis) => checkInteger(where, `size[${axis}]`, length));
}

function checkBackground(where: string, background: unknown): [number, number, number] {
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
