import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

type ImageShape = [batch: number, height: number, width: number, channels: number];

/** A map of pictures about their centres; each tensor is `[batch, 1]`, or `[1, 1]` for all pictures. */
export interface AffineMap {
  /** 1 for pictures that are mirrored from left to right, 0 for others. */
  readonly flip: Tensor;
  /** 1 for pictures that are mirrored from top to bottom. */
  readonly flipVertically: Tensor;
  /** By how much the content moves, as a share of the width. */
  readonly right: Tensor;
  /** As a share of the height. */
  readonly down: Tensor;
  readonly cos: Tensor;
  readonly sin: Tensor;
  /** The size after the change, divided by that before it. */
  readonly factor: Tensor;
}

/** Pictures mirrored, then resized, turned and shifted: bilinear interpolation of pictures that continue as in a mirror beyond their border. */
export function warped(images: Tensor, { flip, flipVertically, right, down, cos, sin, factor }: AffineMap): Tensor {
  const [, height, width] = images.shape as ImageShape;
  const [x0, y0] = [(width - 1) / 2, (height - 1) / 2];
  const [row, column] = pixelsOf(height, width);
  // from the output back to the input
  const x = tf.div(tf.sub(tf.sub(column, x0), tf.mul(width, right)), factor);
  const y = tf.div(tf.sub(tf.sub(row, y0), tf.mul(height, down)), factor);
  const mirror = (flips: Tensor): Tensor => tf.sub(1, tf.mul(2, flips));
  const u = tf.add(x0, tf.mul(mirror(flip), tf.add(tf.mul(cos, x), tf.mul(sin, y))));
  const v = tf.add(y0, tf.mul(mirror(flipVertically), tf.sub(tf.mul(cos, y), tf.mul(sin, x))));
  return pixelsBetween(images, u, v);
}

/** Pictures at places between their pixels. `tf.image.transform` is not used: on cpu and wasm it takes 0 for pixels beyond the border. */
function pixelsBetween(images: Tensor, x: Tensor, y: Tensor): Tensor {
  const [batch, height, width] = images.shape as ImageShape;
  // in multiples of 2^-10 pixels: a place that is a pixel's but for rounding is that pixel, exactly
  const [u, v] = [x, y].map((place) => tf.div(tf.round(tf.mul(place, 1024)), 1024)) as [Tensor, Tensor];
  const [left, top] = [tf.floor(u), tf.floor(v)];
  const at = (right: number, down: number): Tensor =>
    readPixels(images, reflected(tf.add(top, down), height), reflected(tf.add(left, right), width));
  const share = (of: Tensor): Tensor => tf.reshape(of, [batch, height, width, 1]);
  const mix = (one: Tensor, other: Tensor, by: Tensor): Tensor => tf.add(one, tf.mul(by, tf.sub(other, one)));
  const [a, b] = [share(tf.sub(u, left)), share(tf.sub(v, top))];
  const line = (down: number): Tensor =>
    tf.reshape(mix(at(0, down), at(1, down), tf.reshape(a, [-1, 1])), images.shape);
  return mix(line(0), line(1), b);
}

/** Pixels beyond the border are those before it, in reverse: ... 1 0 | 0 1 2 ... */
function reflected(i: Tensor, n: number): Tensor {
  const period = 2 * n;
  const place = tf.sub(i, tf.mul(period, tf.floor(tf.div(tf.add(i, 0.5), period))));
  return tf.minimum(place, tf.sub(period - 1, place));
}

/** Pixels at whole rows and columns, which broadcast to `[batch, places]`; `[batch * places, channels]`. */
export function readPixels(images: Tensor, row: Tensor, column: Tensor): Tensor {
  const [batch, height, width, channels] = images.shape as ImageShape;
  const first = tf.mul(tf.range(0, batch, 1, 'int32'), tf.scalar(height * width, 'int32'));
  // integers, as float32 numbers are not exact above 2^24
  const place = tf.cast(tf.add(tf.mul(row, width), column), 'int32');
  const indices = tf.reshape(tf.add(tf.reshape(first, [batch, 1]), place), [-1]);
  return tf.gather(tf.reshape(images, [batch * height * width, channels]), indices);
}

/** The row and the column of each pixel of a picture, each `[height * width]`. */
export function pixelsOf(height: number, width: number): [row: Tensor, column: Tensor] {
  const places = tf.range(0, height * width);
  const row = tf.floor(tf.div(tf.add(places, 0.5), width));
  return [row, tf.sub(places, tf.mul(width, row))];
}
