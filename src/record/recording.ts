import type { Tensor } from '@tensorflow/tfjs-core';

/** The types of numbers in a recording. */
export type RecordedType = 'float32' | 'int32' | 'bool';

/**
 * A size, or another number that a recording holds: constant, or a sum of products of free sizes, such as `{ '1': 2, batch: 3 }` for
 * 2 + 3 batch and `{ 'batch*height*width': 0.25 }` for a quarter of the places of all pictures.
 */
export type Size = number | Readonly<Record<string, number>>;

/** A value that was computed or given while a function was recorded; each is one object, by which nodes refer to it. */
export interface RecordedTensor {
  /** Its sizes, some of which may be free. */
  readonly shape: readonly Size[];
  /** The type of its numbers. */
  readonly dtype: RecordedType;
}

/** A value with a name. */
export interface NamedTensor extends RecordedTensor {
  /** No other value of its kind has it. */
  readonly name: string;
  /** The value that nodes refer to. */
  readonly tensor: RecordedTensor;
}

/** What a call needs. */
export interface RecordedInput extends NamedTensor {
  /** The numbers of the recorded call, of the smallest recorded batch if it is free, if the host chose them and not the caller. */
  readonly data?: RecordedNumbers | undefined;
}

/** Random numbers that a recorded function drew. */
export interface RecordedDraw extends NamedTensor {
  /** `normal` has mean 0 and deviation 1, `uniform` numbers from `low` to below `high`, `integers` as well. */
  readonly distribution: 'normal' | 'uniform' | 'integers';
  /** The least number; undefined if `normal`. */
  readonly low?: number;
  /** The bound that no number reaches; undefined if `normal`. */
  readonly high?: number;
  /** The numbers that were drawn; of the smallest recorded batch, if it is free. The tensor is made when it is first read, and freed by {@link Recording.dispose}. */
  readonly value: Tensor;
}

/** A variable that a recorded function read or changed. */
export interface RecordedState extends NamedTensor {
  /** The value after the call; undefined if it did not change. */
  readonly next: RecordedTensor | undefined;
  /** Its numbers before the call. */
  readonly data: RecordedNumbers;
}

/** The numbers of a tensor, those of bools 0 and 1. */
export type RecordedNumbers = Float32Array | Int32Array | Uint8Array;

/** A tensor that was there before, or that the host made. */
export interface RecordedConstant {
  /** The value that nodes refer to. */
  readonly tensor: RecordedTensor;
  /** Its numbers, in row-major order. */
  readonly data: RecordedNumbers;
}

/** An attribute of an operation. Numbers in it may be sizes; infinities and NaN are numbers, too. */
export type RecordedAttribute = Size | string | boolean | null | readonly RecordedAttribute[];

/** One operation of a recording. */
export interface RecordedNode {
  /**
   * The kernel of tfjs, such as `Conv2D`, `RealDiv` or `_FusedMatMul`, or an operation of this library: `Normalize`, `Lookup`, `Waves`,
   * `StopGradient` (its input), or `Together` (each input, a gradient that processes may average).
   */
  readonly operation: string;
  /** The values that it reads by their names among the kernel's inputs; those of a list are named `0`, `1`, ... */
  readonly inputs: Readonly<Record<string, RecordedTensor>>;
  /** The kernel's attributes by their names in tfjs. */
  readonly attributes: Readonly<Record<string, RecordedAttribute>>;
  /** The values that it gives. */
  readonly outputs: readonly RecordedTensor[];
  /** The parts during whose calls it ran, from the outermost, such as `decoder/2`; empty outside of any. */
  readonly scope: string;
}

/** Where a free size is found. */
export interface RecordedSize {
  /** An input, a draw or a state. */
  readonly of: RecordedTensor;
  /** The axis that has the size. */
  readonly axis: number;
}

/** The operations of a function, and what goes in and out: data without any tensor of a backend, except in {@link RecordedDraw.value}. */
export interface Recording {
  /**
   * What the caller gives, in order. Numbers that the host chooses for each call follow: `timesteps` that a step draws, and any others
   * as `host0`, `host1`, ...
   */
  readonly inputs: readonly RecordedInput[];
  /** Random numbers in the order in which they were drawn. */
  readonly draws: readonly RecordedDraw[];
  /** Variables by their names in a checkpoint. */
  readonly state: readonly RecordedState[];
  /** Values that are the same at each call. */
  readonly constants: readonly RecordedConstant[];
  /** In the order in which they ran. */
  readonly nodes: readonly RecordedNode[];
  /** What the function returned. */
  readonly outputs: readonly NamedTensor[];
  /** The free sizes by name, such as `batch`, and where each is found. */
  readonly sizes: Readonly<Record<string, RecordedSize>>;
  /** Frees the tensors of draws that were read. */
  dispose(): void;
}
