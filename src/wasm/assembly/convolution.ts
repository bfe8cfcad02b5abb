/** A convolution of images `[batch, height, width, channels]`, kept in the heap for the duration of one kernel. */
@unmanaged
export class Convolution {
  height: i32;
  width: i32;
  channels: i32;
  outHeight: i32;
  outWidth: i32;
  outChannels: i32;
  filterHeight: i32;
  filterWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  top: i32;
  left: i32;
  /** Sizes with all the padding that a filter reaches, at both ends. */
  paddedHeight: i32;
  paddedWidth: i32;
  /** The phases of the outputs on each axis: the stride of the convolution whose gradient this is, otherwise 1. */
  outPhases: i32;
  /** How many outputs in phases lie before the first pixel. */
  outTop: i32;
  outLeft: i32;
}

/** The size of a {@link Convolution} in bytes, with some to spare. */
export function describeConvolution(
  at: Convolution,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  top: i32,
  left: i32,
  paddedHeight: i32,
  paddedWidth: i32,
  outPhases: i32,
  outTop: i32,
  outLeft: i32,
): void {
  at.height = height;
  at.width = width;
  at.channels = channels;
  at.outHeight = outHeight;
  at.outWidth = outWidth;
  at.outChannels = outChannels;
  at.filterHeight = filterHeight;
  at.filterWidth = filterWidth;
  at.strideHeight = strideHeight;
  at.strideWidth = strideWidth;
  at.top = top;
  at.left = left;
  at.paddedHeight = paddedHeight;
  at.paddedWidth = paddedWidth;
  at.outPhases = outPhases;
  at.outTop = outTop;
  at.outLeft = outLeft;
}

/** Bytes of one image, of one with its padding, and of one output image. */
export function imageBytes(conv: Convolution): usize {
  return (<usize>(conv.height * conv.width * conv.channels)) << 2;
}
export function paddedBytes(conv: Convolution): usize {
  return (<usize>(conv.paddedHeight * conv.paddedWidth * conv.channels)) << 2;
}
export function outputBytes(conv: Convolution): usize {
  return (<usize>(conv.outHeight * conv.outWidth * conv.outChannels)) << 2;
}

/** Whether the images can be read in place. */
export function isPadded(conv: Convolution): bool {
  return conv.paddedHeight != conv.height || conv.paddedWidth != conv.width;
}

/** How many images are padded at a time: enough pixels for full blocks, few enough for the caches. */
export function groupSize(conv: Convolution, images: i32, pixels: i32): i32 {
  return isPadded(conv) ? min(images, max(1, pixels / (conv.outHeight * conv.outWidth))) : images;
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
  const row = <usize>conv.width * pixel;
  const paddedRow = <usize>conv.paddedWidth * pixel;
  const gap = paddedRow - row;
  const above = <usize>conv.top * paddedRow + <usize>conv.left * pixel;
  const below = paddedBytes(conv) - above - <usize>conv.height * paddedRow + gap;
  for (let image = 0; image < images; image++) {
    clear(target, above);
    target += above;
    for (let y = 1; y < conv.height; y++, source += row) {
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
function clear(target: usize, bytes: usize): void {
  const zero = f32x4.splat(0);
  const end = target + bytes;
  for (; target + 16 <= end; target += 16) v128.store(target, zero);
  for (; target < end; target += 4) store<f32>(target, 0);
}

/** Copies images out of their padding. */
export function cropImages(target: usize, source: usize, images: i32, conv: Convolution): void {
  const pixel = (<usize>conv.channels) << 2;
  const row = <usize>conv.width * pixel;
  const paddedRow = <usize>conv.paddedWidth * pixel;
  for (let image = 0; image < images; image++, source += paddedBytes(conv)) {
    let from = source + <usize>conv.top * paddedRow + <usize>conv.left * pixel;
    for (let y = 0; y < conv.height; y++, from += paddedRow, target += row) memory.copy(target, from, row);
  }
}

/** Where the window of an output pixel begins in the padded images; pixels are counted over all images. */
export function windowOf(conv: Convolution, padded: usize, pixel: i32): usize {
  const row = pixel / conv.outWidth;
  const image = row / conv.outHeight;
  const y = (row - image * conv.outHeight) * conv.strideHeight;
  const x = (pixel - row * conv.outWidth) * conv.strideWidth;
  return padded + <usize>image * paddedBytes(conv) + ((<usize>((y * conv.paddedWidth + x) * conv.channels)) << 2);
}
