import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import type * as Gifenc from 'gifenc';

// a CommonJS module whose names Node does not find
const { applyPalette, GIFEncoder, quantize } = createRequire(import.meta.url)('gifenc') as typeof Gifenc;

/** A picture `[height, width, 3]` in [0, 1], and how long it is shown. */
export interface Frame {
  readonly picture: tf.Tensor;
  readonly milliseconds: number;
}

/** Colours of a file; a further one means that a pixel has not changed. */
const COLOURS = 255;
/** From how many frames the colours are chosen. */
const LOOKED_AT = 8;

/** A moving picture that is repeated for ever, as a GIF file; it disposes the frames. */
export async function encodeGif(frames: readonly Frame[]): Promise<Uint8Array> {
  const [height, width] = frames[0]!.picture.shape as [number, number];
  const pixels: Uint8ClampedArray[] = [];
  for (const { picture } of frames) {
    const rgba = tf.tidy(() => tf.concat([tf.mul(picture, 255), tf.fill([height, width, 1], 255)], 2));
    // rounds, and stays within 0 to 255
    pixels.push(Uint8ClampedArray.from(await rgba.data()));
    tf.dispose([picture, rgba]);
  }
  const every = Math.ceil(pixels.length / LOOKED_AT);
  const palette = quantize(
    Uint8ClampedArray.from(pixels.filter((_, i) => i % every === 0).flatMap((own) => [...own])),
    COLOURS,
  );
  const same = palette.length;
  const gif = GIFEncoder();
  let before: Uint8Array | undefined;
  for (const [i, { milliseconds: delay }] of frames.entries()) {
    const index = applyPalette(pixels[i]!, palette);
    const last = before;
    const changed = last === undefined ? index : index.map((colour, at) => (colour === last[at] ? same : colour));
    before = index;
    // the place of the colour that stands for no change must exist in the palette
    gif.writeFrame(changed, width, height, {
      delay,
      ...(i === 0 ? { palette: [...palette, [0, 0, 0]] } : {}),
      ...(i === 0 ? {} : { transparent: true, transparentIndex: same }),
      dispose: 1,
    });
  }
  gif.finish();
  return gif.bytes();
}
