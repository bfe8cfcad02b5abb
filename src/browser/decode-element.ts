import type { Pixels } from '../images/pixels.js';
import { cut, sentence } from '../tensor/errors.js';
import { draw, kindOf, type Given } from './draw-pixels.js';

/** Milliseconds that an image element may take to load. */
const MOST_TIME = 30_000;

/** The pixels of an image element, once it has loaded; one that waits to be scrolled to is told to load now. */
export async function decodeElement(given: Given<HTMLImageElement>): Promise<Pixels> {
  const { source, where, argument, signal } = given;
  const { loading } = source;
  const isLate = Symbol('late');
  let timer: ReturnType<typeof setTimeout> | undefined;
  let abort: (() => void) | undefined;
  const refuse = (seen: string, fix?: string, cause?: unknown): Error =>
    new Error(sentence(where, argument, 'must be an image element that loads', { seen, fix }), { cause });
  const address = source.src === '' ? 'one without src' : cut(source.src, 90);
  try {
    if (loading === 'lazy') source.loading = 'eager';
    const first = await Promise.race([
      source.decode(),
      new Promise<typeof isLate>((resolve) => (timer = setTimeout(() => resolve(isLate), MOST_TIME))),
      new Promise<void>((resolve) => {
        abort = resolve;
        signal?.addEventListener('abort', abort, { once: true });
      }),
    ]);
    if (signal?.aborted) throw signal.reason;
    if (first === isLate)
      throw refuse(address, `It has not loaded for ${MOST_TIME / 1000} seconds: await its load first.`);
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    throw kindOf(cause) === 'DOMException' ? refuse(address, undefined, cause) : cause;
  } finally {
    clearTimeout(timer);
    if (abort !== undefined) signal?.removeEventListener('abort', abort);
    if (loading === 'lazy') source.loading = loading;
  }
  return draw(given, source.naturalWidth, source.naturalHeight);
}
