import * as tf from '@tensorflow/tfjs-core';
import type { Part, RandomStream, Trainer } from 'tfjs-generative';
import type { Experiment, Live } from '../experiment/experiment.js';
import type { Look } from '../experiment/look.js';
import { REACH } from '../experiment/points.js';
import { GRID } from './sizes.js';

/**
 * Something to be drawn: a tensor of float32, or of int32 for the bytes of pictures, which the caller disposes. What calls a network many
 * times rejects with the reason of the signal once that is aborted.
 */
export type View = (look: Look, live: Live, signal?: AbortSignal) => tf.Tensor | Promise<tf.Tensor>;

/** A model that learns, and what can be seen of it. */
export interface Learner {
  readonly trainer: Trainer;
  /** The parts that sampling needs, for a file of the model. */
  readonly model: Readonly<Record<string, Part>>;
  /** How many samples are shown. */
  readonly shown: number;
  /** Draws n samples, points `[n, 2]` or the bytes of pictures, the same at each call while the weights are the same. */
  samples(n: number, live: Live, signal?: AbortSignal): tf.Tensor | Promise<tf.Tensor>;
  readonly views: Readonly<Record<string, View>>;
  dispose(): void;
}

/** What a learner is made from. */
export interface Lesson {
  readonly experiment: Experiment;
  /** The values of the controls, which may change during the run. */
  readonly live: () => Live;
  readonly random: RandomStream;
}

/** What a learner of points is made from. */
export interface PointsLesson extends Lesson {
  /** The training points, `[n, 2]`. */
  readonly data: tf.Tensor;
}

/** Points on the lines of a square grid from -extent to extent: first all upright lines, then all level ones, `[2 lines points, 2]`. */
export function gridLines(extent: number): tf.Tensor {
  return tf.tidy(() => {
    const across = tf.linspace(-extent, extent, GRID.lines);
    const along = tf.linspace(-extent, extent, GRID.points);
    const [fixed, moving] = [
      tf.tile(tf.expandDims(across, 1), [1, GRID.points]),
      tf.tile(tf.expandDims(along, 0), [GRID.lines, 1]),
    ];
    const upright = tf.stack([fixed, moving], 2);
    const level = tf.stack([moving, fixed], 2);
    return tf.reshape(tf.concat([upright, level], 0), [-1, 2]);
  });
}

/** The centres of side x side cells of the plane, by rows from the top, `[side^2, 2]`. */
export function cells(side: number): tf.Tensor {
  return tf.tidy(() => {
    const edge = REACH * (1 - 1 / side);
    const x = tf.tile(tf.expandDims(tf.linspace(-edge, edge, side), 0), [side, 1]);
    const y = tf.tile(tf.expandDims(tf.linspace(edge, -edge, side), 1), [1, side]);
    return tf.reshape(tf.stack([x, y], 2), [-1, 2]);
  });
}
