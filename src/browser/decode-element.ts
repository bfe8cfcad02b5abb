import type { Pixels } from '../images/pixels.js';
import { cut, unusable } from '../tensor/errors.js';
import { withCause } from '../tensor/with-cause.js';
import { draw, kindOf, type PictureArgument } from './draw-pixels.js';
import { withTimeout } from './with-timeout.js';

/** The longest time that an image element may take to load, in milliseconds. */
const MAX_TIME = 30_000;

/** The pixels of an image element, once it has loaded; a lazy one loads at once. */
export async function decodeElement(given: PictureArgument<HTMLImageElement>): Promise<Pixels> {
  const { source, where, argument, signal } = given;
  const { loading } = source;
  try {
    if (loading === 'lazy') source.loading = 'eager';
    await withTimeout(MAX_TIME, source.decode(), signal);
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    if (kindOf(cause) !== 'DOMException') throw cause;
    const seen = source.src === '' ? 'one without src' : cut(source.src, 90);
    const isLate = (cause as Error).name === 'TimeoutError';
    const fix = isLate ? `It has not loaded within ${MAX_TIME / 1000} seconds: wait until it has loaded.` : undefined;
    throw withCause(unusable(where, argument, 'must be an image element that loads', { seen, fix }), cause);
  } finally {
    if (loading === 'lazy') source.loading = loading;
  }
  return draw(given, source.naturalWidth, source.naturalHeight);
}
