// The messages between the page and the worker that draws pictures in one call.

/** The pictures around the one in the middle. */
export const VARIATIONS = 8;

/** Which picture is drawn. */
export interface Where {
  /** The numbers of two classes. */
  readonly labels: readonly [first: number, second: number];
  /** How much of the second class is mixed in, from 0 to 1. */
  readonly mix: number;
  /** How far the noise has gone along a great circle, in degrees. */
  readonly around: number;
  /** How far it has turned from that circle towards another direction, in degrees from -90 to 90. */
  readonly aside: number;
}

/** From the page: what is drawn from now on. */
export type Request = { readonly where: Where } & (
  | { readonly kind: 'move' | 'new noise' }
  /** The noise of a variation is the middle from now on, at 0 degrees. */
  | { readonly kind: 'take'; readonly from: Where; readonly variation: number }
);

/** A picture. */
export interface Picture {
  readonly kind: 'picture';
  /** 0 is the one that was requested, 1 to `VARIATIONS` are variations of it. */
  readonly index: number;
  /** Red, green, blue and opacity by turns. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  /** What it took. */
  readonly milliseconds: number;
}

/** From the worker. */
export type Reply =
  | Picture
  | {
      readonly kind: 'ready';
      readonly classes: readonly string[];
      /** Height and width of a picture. */
      readonly size: number;
      readonly parameters: number;
    }
  | { readonly kind: 'failed'; readonly message: string };
