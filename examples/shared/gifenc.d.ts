declare module 'gifenc' {
  /** Red, green and blue of each colour. */
  type Palette = number[][];
  interface Encoder {
    writeFrame(
      index: Uint8Array,
      width: number,
      height: number,
      options: {
        /** The first frame has one; a frame without one takes that of the first. */
        readonly palette?: Palette;
        /** Milliseconds. */
        readonly delay: number;
        /** Whether the pixels of a colour leave what was there. */
        readonly transparent?: boolean;
        readonly transparentIndex?: number;
        /** 1 leaves the frame under the next one. */
        readonly dispose?: number;
      },
    ): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
  }
  export function GIFEncoder(): Encoder;
  export function quantize(rgba: Uint8ClampedArray, colors: number): Palette;
  export function applyPalette(rgba: Uint8ClampedArray, palette: Palette): Uint8Array;
}
