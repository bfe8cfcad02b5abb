import type { Experiment } from '../experiment/experiment.js';
import type { Family } from '../experiment/fields.js';
import type { Look } from '../experiment/look.js';
import type { Kind, Pictures } from '../experiment/pictures.js';
import type { Point } from '../experiment/points.js';
import type { Frame } from '../training/messages.js';
import type { Canvas, ColorName } from './canvas.js';

/** What a view shows. */
export interface Seen {
  readonly experiment: Experiment;
  readonly frame: Frame;
  /** Training points; none if pictures are learned. */
  readonly data: Float32Array;
  readonly pictures?: Pictures | undefined;
  readonly look: Look;
  /** The means of the last report, by name; absent before the first. */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
}

/** A picture of a run, next to the plane. */
export interface LabView {
  readonly name: string;
  readonly title: string;
  /** What there is to see, in a sentence. */
  readonly about: string;
  readonly families: readonly Family[];
  /** What is learned where it is shown; points by default. */
  readonly for?: Kind | 'both';
  /** The arrays and pictures of a frame that it draws; they are computed while it is open. */
  readonly arrays: readonly string[];
  /** Whether it is open at first. */
  readonly isOpen: boolean;
  /** Its height, in widths. */
  readonly ratio: number;
  /** Its height for a width, in CSS pixels, if it is not the same share of all. */
  height?(width: number, seen: Seen): number;
  /** Whether there is anything to see, if not always. */
  fits?(experiment: Experiment): boolean;
  /** Its colours, and what they stand for. */
  readonly legend?: readonly (readonly [color: ColorName, words: string])[];
  /** It tells of the plane, and belongs beneath it. */
  readonly isOfPlane?: boolean;
  /** Its sentence is shown beneath it, too. */
  readonly isDescribed?: boolean;
  readonly handle?: Handle;
  readonly button?: { readonly label: string; press(look: Look): Partial<Look> };
  draw(canvas: Canvas, seen: Seen): void;
  /** The picture in a sentence, for those who cannot see it. */
  describe(seen: Seen): string;
}

/** A mark in a view that pointer and arrow keys move. */
export interface Handle {
  /** What it does, for screen readers. */
  readonly label: string;
  /** The view reaches this far from its middle. */
  readonly reach: number;
  at(look: Look): Point;
  moved(point: Point): Partial<Look>;
}
