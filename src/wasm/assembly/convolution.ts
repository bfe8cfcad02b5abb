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

/** Bytes of one image and of one output image. */
export function imageBytes(conv: Convolution): usize {
  return (<usize>(conv.height.input * conv.width.input * conv.channels)) << 2;
}
export function outputBytes(conv: Convolution): usize {
  return (<usize>(conv.height.output * conv.width.output * conv.outChannels)) << 2;
}

/** Whether the images can be read in place. */
export function isPadded(conv: Convolution): bool {
  return conv.height.padded != conv.height.input || conv.width.padded != conv.width.input;
}

/** Bytes of a row of an image with its padding. */
export function paddedRowBytes(conv: Convolution): usize {
  return (<usize>(conv.width.padded * conv.channels)) << 2;
}
