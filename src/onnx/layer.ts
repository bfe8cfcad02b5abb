import type { Graph, Value } from './graph.js';

/** Options of a layer, as the function that made it or a model file has them; null and undefined mean "not used". */
export type Options = Readonly<Record<string, unknown>>;

/** A variable or buffer of a layer. */
export interface Weights {
  readonly shape: readonly number[];
  /** Its index among the tensors of a model file. */
  readonly name: string;
  /** Undefined until they are read. */
  readonly numbers: Float32Array;
}

/** A layer inside a ready-made network: the options that its nodes depend on, and the layers in it. */
export interface Outline {
  readonly kind: string;
  readonly options?: Options;
  readonly parts?: readonly Outline[];
}

/** A layer, network or part that is exported. One that occurs twice is the same record, and its weights are written once. */
export interface Layer<O = Options> {
  readonly kind: string;
  readonly options: O;
  readonly parts: readonly Layer[];
  /** Its own variables and those of its parts, in the order of `variables` of a part. */
  readonly variables: readonly Weights[];
  readonly buffers: readonly Weights[];
}

/** The shape of one example that a layer expects, with null for any size; an empty one if it expects labels or timesteps. */
export type InputShape = readonly (number | null)[];

/** How one kind of layer is exported. */
export interface Kind<O = never> {
  /** The number of its own variables, by default 0. */
  readonly variables?: number;
  /** The number of its own buffers, by default 0. */
  readonly buffers?: number;
  /** The layers of a ready-made network, which follow from its options. */
  readonly parts?: (options: O) => readonly Outline[];
  /** The input that it expects, if its options tell; by default that of its first part. */
  readonly input?: (
    options: O,
    inputs: readonly (InputShape | undefined)[],
    parts: readonly Layer[],
  ) => InputShape | undefined;
  /** Whether the output has the shape of the input, so that the next layer tells it, too. */
  readonly keepsShape?: true;
  /**
   * Adds the nodes of the layer to the graph, and returns its output, to which the option `activation` is then applied. By default the parts
   * are applied in order.
   */
  emit?(graph: Graph, x: Value, layer: Layer<O>): Value;
  /** The outputs of a part that has several; the first is that of its main method. */
  outputs?(graph: Graph, x: Value, layer: Layer<O>): Readonly<Record<string, Value>>;
}

/** A layer inside a ready-made network. */
export function outline(kind: string, options: Options = {}, ...parts: readonly Outline[]): Outline {
  return { kind, options, parts };
}

/** Layers in order inside a ready-made network. */
export function chain(...parts: readonly Outline[]): Outline {
  return outline('sequential', {}, ...parts);
}

/** The largest number of tensors in a file, and so of layers of a network. */
export const MAX_TENSORS = 2 ** 14;

/** A layer that is repeated; what would be more than any file has is left out, as a file that says so is refused anyway. */
export function repeated<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: Math.min(count, MAX_TENSORS) }, (_, i) => make(i));
}
