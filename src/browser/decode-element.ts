import type { Pixels } from '../images/pixels.js';
import { cut, sentence } from '../tensor/errors.js';
import { draw, kindOf, type Given } from './draw-pixels.js';
import { withinTime } from './within-time.js';

/** The longest time that an image element may take to load, in milliseconds. */
const MAX_TIME = 30_000;

/** The pixels of an image element, once it has loaded; a lazy one is made to load now. */
export async function decodeElement(given: Given<HTMLImageElement>): Promise<Pixels> {
  const { source, where, argument, signal } = given;
  const { loading } = source;
  try {
    if (loading === 'lazy') source.loading = 'eager';
    await withinTime(MAX_TIME, source.decode(), signal);
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    if (kindOf(cause) !== 'DOMException') throw cause;
    const seen = source.src === '' ? 'one without src' : cut(source.src, 90);
    const isLate = (cause as Error).name === 'TimeoutError';
    const fix = isLate ? `It has not loaded for ${MAX_TIME / 1000} seconds: await its load first.` : undefined;
    throw new Error(sentence(where, argument, 'must be an image element that loads', { seen, fix }), { cause });
  } finally {
    if (loading === 'lazy') source.loading = loading;
  }
  return draw(given, source.naturalWidth, source.naturalHeight);
}
