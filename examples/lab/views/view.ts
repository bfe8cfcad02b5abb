import type { Experiment } from '../experiment/experiment.js';
import type { Family } from '../experiment/fields.js';
import type { Kind, Pictures } from '../experiment/pictures.js';
import type { Frame } from '../training/messages.js';
import type { Canvas } from './canvas.js';

/** What a view shows. */
export interface Seen {
  readonly experiment: Experiment;
  readonly frame: Frame;
  /** Training points; none if pictures are learned. */
  readonly data: Float32Array;
  readonly pictures?: Pictures | undefined;
}

/** A picture of a run beside the plane. */
export interface LabView {
  readonly name: string;
  readonly title: string;
  /** What there is to see, in a sentence. */
  readonly about: string;
  readonly families: readonly Family[];
  /** What is learned where it is shown; points by default. */
  readonly for?: Kind;
  /** The arrays and pictures of a frame that it draws. */
  readonly arrays: readonly string[];
  /** Its height for a width, in CSS pixels; the width by default. */
  height?(width: number, seen: Seen): number;
  draw(canvas: Canvas, seen: Seen): void;
  /** The picture in a sentence, for those who cannot see it. */
  describe(seen: Seen): string;
}
