import type { Part } from '../nets/network.js';
import type { Made } from '../tensor/made-by.js';
import type { Features } from './features.js';
import type { Slot } from './state-dict-entry.js';

/**
 * The output of a network: a row of features, or a map, `[height, width, channels]` or `[steps, channels]`; undefined if unknown. A
 * sequence `[n, channels]` has its channels first in PyTorch where a convolution reads it, and last where attention does; the row is
 * what it was before a reshape.
 */
export type Flow =
  | { readonly row: Features }
  | { readonly map: readonly number[] }
  | { readonly sequence: readonly number[]; readonly from?: Features }
  | undefined;

/** The state of a walk through a part. */
export interface Walk {
  readonly where: string;
  /** Whether the model in Python flattens `[batch, channels, height, width]`. */
  readonly channelsFirst: boolean;
  readonly slots: Slot[];
  /** Rows whose features must have the same order in PyTorch. */
  readonly plain: Features[];
}

/** Records the slots of a network under the path, which is empty or ends in a dot; returns the network's output. */
export type Visit = (walk: Walk, part: Part, made: Made<Part>, flow: Flow, path: string) => Flow;

export const rowOf = (flow: Flow): Features | undefined => (flow !== undefined && 'row' in flow ? flow.row : undefined);
export const mapOf = (flow: Flow): readonly number[] | undefined =>
  flow !== undefined && 'map' in flow ? flow.map : undefined;
export const newRow = (size?: number): { row: Features } => ({ row: { size } });
export const option = ({ options }: Made, name: string): unknown =>
  (options as Readonly<Record<string, unknown>> | undefined)?.[name];
export const sizeOption = (made: Made, name: string): number => option(made, name) as number;

/** A map with another number of channels. */
export const withChannels = (map: readonly number[] | undefined, change: (channels: number) => number): Flow =>
  map && { map: [...map.slice(0, -1), change(map.at(-1)!)] };
