import type * as tf from '@tensorflow/tfjs';
import type { Pictures } from '../../shared/image-data.js';
import type { Bounds, Family } from './family.js';

/** A row of the table: measures `M` of a set of images, and what is known of the model that made them. */
export type Row<M> = M & Partial<Bounds> & Maker;

interface Maker {
  readonly name: string;
  readonly seed: number;
  /** Absent for data, like all fields below. */
  readonly parameters?: number;
  readonly steps?: number;
  readonly trainingSeconds?: number;
  readonly millisecondsPerImage?: number;
}

/** The columns of a table of measures, by heading. */
export type Columns<M> = Readonly<Record<string, (measures: M) => string>>;

/** A data set, the families to compare on it, and what their samples are compared with. */
export interface Comparison<P extends Pictures, M> {
  readonly train: P;
  readonly test: P;
  readonly families: readonly Family<P>[];
  /** Samples to draw of each model. */
  readonly shown: number;
  readonly columns: Columns<M>;
  /** Measures samples, and the data themselves as if they were samples: the values of a perfect model. */
  measure(samples: tf.Tensor, seed: number): Promise<M>;
  measureData(count: number, seed: number): Promise<M>;
  /** For each sample the index of the nearest training image. */
  nearest(samples: tf.Tensor): Promise<ArrayLike<number>>;
}
