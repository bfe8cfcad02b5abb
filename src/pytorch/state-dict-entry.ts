import type { Variable } from '@tensorflow/tfjs-core';
import type { Features } from './features.js';

/** One tensor of a PyTorch `state_dict`, and where its numbers are in a part of ours. */
export interface StateDictEntry {
  /** The name in the file. */
  readonly name: string;
  /** The name by the structure of the part, before `names` and `prefix`. */
  readonly path: string;
  /** The function that made the layer, `dense` for example, and its tensor. */
  readonly ours: string;
  /** What the axes are called on both sides, as `[in, out] -> [out, in]`. */
  readonly layout: string;
  /** The shape here. */
  readonly shape: readonly number[];
  /** The shape in PyTorch. */
  readonly torchShape: readonly number[];
}

/** One tensor of a layer, as the walk through a part finds it. */
export interface Slot {
  readonly path: string;
  readonly ours: string;
  readonly layout: string;
  /** Where the numbers are; none of what PyTorch has beside them. */
  readonly variable?: Variable | undefined;
  /** Axis i in PyTorch is our axis `axes[i]`. */
  readonly axes: readonly number[];
  /** The features along our axes. */
  readonly features: readonly (Features | undefined)[];
  readonly beside?: Beside | undefined;
  /** The numbers of a layer in PyTorch that has none: 0 where it was made with `bias=False`, 1 and 0 where without `affine`. */
  readonly ifAbsent?: 0 | 1 | undefined;
}

/** What PyTorch has beside our numbers: the count of batches of a norm, or the second direction of a spectral norm. */
export type Beside =
  | 'count'
  | {
      readonly weights: Slot;
      readonly direction: Slot;
      /** The axis of the weights in PyTorch that indexes the outputs. */
      readonly outputAxis: number;
    };
