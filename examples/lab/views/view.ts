import type { Experiment } from '../experiment/experiment.js';
import type { Family } from '../experiment/fields.js';
import type { Frame } from '../training/messages.js';
import type { Canvas } from './canvas.js';

/** What a view shows. */
export interface Seen {
  readonly experiment: Experiment;
  readonly frame: Frame;
  readonly data: Float32Array;
}

/** A picture of a run beside the plane. */
export interface LabView {
  readonly name: string;
  readonly title: string;
  /** What there is to see, in a sentence. */
  readonly about: string;
  readonly families: readonly Family[];
  /** The arrays of a frame that it draws. */
  readonly arrays: readonly string[];
  draw(canvas: Canvas, seen: Seen): void;
  /** The picture in a sentence, for those who cannot see it. */
  describe(seen: Seen): string;
}
