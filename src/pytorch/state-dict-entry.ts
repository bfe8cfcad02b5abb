import type { Variable } from '@tensorflow/tfjs-core';
import type { Features } from './features.js';

/** A tensor of a PyTorch `state_dict`, and the tensor of a part that it corresponds to. */
export interface StateDictEntry {
  /** The name in the file. */
  readonly name: string;
  /** The name given by the part's structure, before `names` and `prefix`. */
  readonly path: string;
  /** The function that made the layer, such as `dense`, and the layer's tensor. */
  readonly ours: string;
  /** The names of the axes on both sides, such as `[in, out] -> [out, in]`. */
  readonly layout: string;
  /** The shape here. */
  readonly shape: readonly number[];
  /** The shape in PyTorch. */
  readonly torchShape: readonly number[];
}

/** A tensor of a layer, as found in the walk through a part. */
export interface Slot {
  readonly path: string;
  readonly ours: string;
  readonly layout: string;
  /** Our variable; absent for a tensor that only PyTorch has. */
  readonly variable?: Variable | undefined;
  /** Axis i in PyTorch is our axis `axes[i]`. */
  readonly axes: readonly number[];
  /** The features along our axes. */
  readonly features: readonly (Features | undefined)[];
  readonly torchOnly?: TorchOnly | undefined;
  /** The value if PyTorch's layer lacks the tensor: 0 for a layer with `bias=False`; 1 and 0 for a norm without `affine`. */
  readonly ifAbsent?: 0 | 1 | undefined;
}

/** A tensor that only PyTorch has: the batch count of a norm, or the second direction of a spectral norm. */
export type TorchOnly =
  | 'count'
  | {
      readonly weights: Slot;
      readonly direction: Slot;
      /** The axis of the weights in PyTorch that indexes the outputs. */
      readonly outputAxis: number;
    };
