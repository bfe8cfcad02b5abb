/** A U-Net and its pictures: how many, their pixels along a side, their channels, and the width of the network's first level. */
export interface Cell {
  readonly images: number;
  readonly pixels: number;
  readonly channels: number;
  readonly width: number;
}

/** How the names of its models begin. */
export const STEP = 'unet step ';
export const CALL = 'unet call ';

/** The cell in a name such as `unet step 64x28x1x32`, or `64x28x1x32` alone; undefined for other names. */
export function cellOf(name: string): Cell | undefined {
  const match = /^(?:unet (?:step|call) )?(\d+)x(\d+)x(\d+)x(\d+)$/.exec(name);
  if (match === null) return undefined;
  const [images, pixels, channels, width] = match.slice(1).map(Number) as [number, number, number, number];
  return { images, pixels, channels, width };
}

/** The cells of the table in docs/results/speed.md. */
export const CELLS = [
  '1x28x1x32',
  '8x28x1x32',
  '64x28x1x32',
  '128x28x1x32',
  '1x32x3x32',
  '8x32x3x32',
  '64x32x3x32',
  '1x64x3x32',
  '16x64x3x32',
  '1x128x1x32',
  '1x128x3x32',
  '4x128x3x32',
  '16x32x3x64',
  '1x32x3x128',
  '4x64x3x128',
];
