// The messages between the page and the worker, apart from those of the run itself.
import type { Report as TrainingReport } from 'tfjs-generative';
import type { Coverage } from '../data/modes.js';
import type { Experiment, Live } from '../experiment/experiment.js';
import type { Look } from '../experiment/look.js';
import type { Pictures } from '../experiment/pictures.js';

/** From what the worker makes a run. */
export interface Settings {
  readonly experiment: Experiment;
  readonly watched: Watched;
  /** A run of this experiment that goes on. */
  readonly saved?: Saved | undefined;
  /** Which session it is; all news have it. */
  readonly session: number;
}

/** A run that was saved. */
export interface Saved {
  readonly checkpoint: Uint8Array;
  /** Updates before it. */
  readonly steps: number;
  /** Its reports; `step` counts from the run's first update, `seconds` from its first start. */
  readonly history: readonly TrainingReport[];
  /** Whether a control was moved during the run. */
  readonly isMoved: boolean;
}

/** What the page shows now. */
export interface Watched {
  readonly views: readonly string[];
  readonly look: Look;
}

/** From the page. */
export type Order =
  | { readonly kind: 'watch'; readonly watched: Watched }
  | { readonly kind: 'live'; readonly live: Live; readonly isMoved: boolean }
  | { readonly kind: 'ask'; readonly ask: number; readonly what: Wish };

/** What the worker makes on request: files, or the quality of samples by calls. */
export type Wish = 'checkpoint' | 'model' | 'quality';

/** Pictures of a moment: plain numbers, which the page draws. */
export interface Frame {
  /** Updates before it. */
  readonly step: number;
  readonly arrays: Readonly<Record<string, Float32Array>>;
  /** Pictures as bytes, one after the other, each of the shape of the data's; of words, their tokens, with 255 for none. */
  readonly pictures: Readonly<Record<string, Uint8Array>>;
}

/** Words to learn. */
export interface Words {
  readonly list: readonly string[];
  /** The entropy of single letters, in bits; the end of a word counts as one. */
  readonly entropy: number;
}

/** Measures of samples. */
export interface Measures {
  readonly step: number;
  /** The energy distance from samples to fresh data; 0 if they have the same distribution. */
  readonly energyDistance: number;
  /** The same from data to other data: the best that can be expected. */
  readonly baseline: number;
  /** The same from a single point at the data's mean; for points. */
  readonly ofPoint?: number | undefined;
  /** How many clouds of the data have samples, if the data are clouds. */
  readonly modes?: Coverage | undefined;
}

/** From the worker. */
export type Report =
  | {
      readonly kind: 'ready';
      /** The training points; none if it learns something else. */
      readonly data: Float32Array;
      /** The training pictures, if it learns pictures. */
      readonly pictures?: Pictures | undefined;
      /** The training words, if it learns words. */
      readonly words?: Words | undefined;
      readonly parameters: number;
    }
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'threads'; readonly text: string }
  | { readonly kind: 'measures'; readonly measures: Measures }
  | { readonly kind: 'answer'; readonly ask: number; readonly bytes?: Uint8Array; readonly error?: string };

/** A report, with the session that it is about. */
export type News = Report & { readonly session: number };
