// The geometry of a convolution, written by the host: src/wasm/convolution/. The generator reads the order of the fields here.

/** One of the two axes of images. */
@unmanaged
export class Axis {
  input: i32;
  output: i32;
  filter: i32;
  stride: i32;
  /** The padding in front of the first input. */
  before: i32;
  /** The input with all the padding that a filter reaches, at both ends. */
  padded: i32;
  /** How many outputs in phases lie before the first that is needed. */
  outBefore: i32;
}

/** A convolution of images `[batch, height, width, channels]`, kept in the heap for the duration of one kernel. */
@unmanaged
export class Convolution {
  channels: i32;
  outChannels: i32;
  /** The phases of the outputs on each axis: the stride of the convolution whose gradient this is, otherwise 1. */
  outPhases: i32;
  // @inline
  get height(): Axis {
    return changetype<Axis>(changetype<usize>(this) + offsetof<Convolution>());
  }
  // @inline
  get width(): Axis {
    return changetype<Axis>(changetype<usize>(this) + offsetof<Convolution>() + offsetof<Axis>());
  }
}

/** Bytes of one image, of one with its padding, and of one output image. */
export function imageBytes(conv: Convolution): usize {
  return (<usize>(conv.height.input * conv.width.input * conv.channels)) << 2;
}
export function paddedBytes(conv: Convolution): usize {
  return (<usize>(conv.height.padded * conv.width.padded * conv.channels)) << 2;
}
export function outputBytes(conv: Convolution): usize {
  return (<usize>(conv.height.output * conv.width.output * conv.outChannels)) << 2;
}

/** Whether the images can be read in place. */
export function isPadded(conv: Convolution): bool {
  return conv.height.padded != conv.height.input || conv.width.padded != conv.width.input;
}

/** How many images are padded at a time: enough pixels for full blocks, few enough for the caches. */
export function groupSize(conv: Convolution, images: i32, pixels: i32): i32 {
  return isPadded(conv) ? min(images, max(1, pixels / (conv.height.output * conv.width.output))) : images;
}

/** Bytes of scratch for a group of padded images. */
export function groupBytes(conv: Convolution, images: i32, pixels: i32): i32 {
  return isPadded(conv) ? groupSize(conv, images, pixels) * <i32>paddedBytes(conv) : 0;
}

/** The address of images with their padding: `room`, to which they are copied, or their own address if they have none. */
export function readPadded(conv: Convolution, images: usize, first: i32, count: i32, room: usize): usize {
  const source = images + <usize>first * imageBytes(conv);
  if (!isPadded(conv)) return source;
  padImages(room, source, count, conv);
  return room;
}

/** Copies images, surrounded by zeros. */
function padImages(target: usize, source: usize, images: i32, conv: Convolution): void {
  const pixel = (<usize>conv.channels) << 2;
  const row = <usize>conv.width.input * pixel;
  const paddedRow = <usize>conv.width.padded * pixel;
  const gap = paddedRow - row;
  const above = <usize>conv.height.before * paddedRow + <usize>conv.width.before * pixel;
  const below = paddedBytes(conv) - above - <usize>conv.height.input * paddedRow + gap;
  for (let image = 0; image < images; image++) {
    clear(target, above);
    target += above;
    for (let y = 1; y < conv.height.input; y++, source += row) {
      memory.copy(target, source, row);
      clear(target + row, gap);
      target += paddedRow;
    }
    memory.copy(target, source, row);
    source += row;
    clear(target + row, below);
    target += row + below;
  }
}

/** Writes zeros without memory.fill, whose call costs more than a few pixels. */
// @inline
function clear(target: usize, bytes: usize): void {
  const zero = f32x4.splat(0);
  const end = target + bytes;
  for (; target + 16 <= end; target += 16) v128.store(target, zero);
  for (; target < end; target += 4) store<f32>(target, 0);
}

/** Copies images out of their padding. */
export function cropImages(target: usize, source: usize, images: i32, conv: Convolution): void {
  const pixel = (<usize>conv.channels) << 2;
  const row = <usize>conv.width.input * pixel;
  const paddedRow = <usize>conv.width.padded * pixel;
  for (let image = 0; image < images; image++, source += paddedBytes(conv)) {
    let from = source + <usize>conv.height.before * paddedRow + <usize>conv.width.before * pixel;
    for (let y = 0; y < conv.height.input; y++, from += paddedRow, target += row) memory.copy(target, from, row);
  }
}

/** Where the window of an output pixel begins in the padded images; pixels are counted over all images. */
// @inline
export function windowOf(conv: Convolution, padded: usize, pixel: i32): usize {
  const row = pixel / conv.width.output;
  const image = row / conv.height.output;
  const y = (row - image * conv.height.output) * conv.height.stride;
  const x = (pixel - row * conv.width.output) * conv.width.stride;
  return padded + <usize>image * paddedBytes(conv) + ((<usize>((y * conv.width.padded + x) * conv.channels)) << 2);
}
