import type { Experiment } from '../experiment/experiment.js';
import type { ColorName } from '../views/canvas.js';

/** A family as a picture of boxes and arrows, 360 units wide, and what happens in them in one update. */
export interface Diagram {
  /** What it shows, in a sentence. */
  readonly about: string;
  readonly height: number;
  readonly shapes: readonly Shape[];
  /** The stages of one update, in order. */
  stages(experiment: Experiment): readonly Stage[];
}

type Place = readonly [x: number, y: number];

/** A part of a diagram; its name is what stages light up. */
export type Shape =
  | { readonly kind: 'box'; readonly name: string; readonly at: Place; readonly width: number; readonly label: string }
  | {
      readonly kind: 'dot';
      readonly name: string;
      readonly at: Place;
      readonly color: ColorName;
      readonly label: string;
    }
  | { readonly kind: 'arrow'; readonly name: string; readonly path: string; readonly isBack?: boolean }
  | { readonly kind: 'words'; readonly name: string; readonly at: Place; readonly label: string };

/** Something that happens in an update. */
export interface Stage {
  /** The names of the parts that take part. */
  readonly lit: readonly string[];
  /** What happens, in a plain sentence. */
  readonly words: string;
  /** The players whose weights this stage moves; all of them if it is empty. */
  readonly updates?: readonly string[];
}

export const box = (name: string, at: Place, width: number, label: string): Shape => ({
  kind: 'box',
  name,
  at,
  width,
  label,
});
export const dot = (name: string, at: Place, color: ColorName, label: string): Shape => ({
  kind: 'dot',
  name,
  at,
  color,
  label,
});
export const words = (name: string, at: Place, label: string): Shape => ({ kind: 'words', name, at, label });
/** An arrow along the path of an SVG. */
export const arrow = (name: string, path: string): Shape => ({ kind: 'arrow', name, path });
/** The arrow of a gradient. */
export const back = (name: string, path: string): Shape => ({ kind: 'arrow', name, path, isBack: true });
