import type { Graph, Value } from './graph.js';

/** Options of a layer, as the function that made it or a model file has them; null and undefined mean "not used". */
export type Options = Readonly<Record<string, unknown>>;

/** A variable or buffer of a layer. */
export interface Weights {
  readonly shape: readonly number[];
  /** Its index among the tensors of a model file. */
  readonly name: string;
  readonly numbers: Float32Array;
}

/** A layer without its variables: the function that makes it, its options, and the layers in it. */
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

/** The input that a layer expects: the shape of one example, with null for any size. */
export interface InputShape {
  readonly shape: readonly (number | null)[];
  /** Whether it consists of int32 labels, tokens or timesteps. */
  readonly isInt?: boolean | undefined;
}

/** Other inputs of a network, by their names in `apply`: each becomes an input of the graph when a layer asks for it. */
export interface Given {
  readonly timesteps: () => Value;
  /** The condition, in the form that the layer expects which reads it. */
  readonly condition: (reader: Layer) => Value;
  readonly latents: (reader: Layer) => Value;
}

/** How one kind of layer is exported. */
export interface Kind<O = never> {
  /** The shapes of its own variables. */
  readonly variables?: (options: O) => readonly (readonly number[])[];
  /** The shapes of its own buffers. */
  readonly buffers?: (options: O, parts: readonly Layer[]) => readonly (readonly number[])[];
  /** The layers of a ready-made network, whose options determine them. */
  readonly parts?: (options: O) => readonly Outline[];
  /** The input that it expects, if its options tell; by default that of its first part. */
  readonly input?: (layer: Layer<O>, inputOf: (layer: Layer) => InputShape | undefined) => InputShape | undefined;
  /** Whether the output has the shape of the input, so that the next layer tells it, too. */
  readonly keepsShape?: true;
  /** Adds the nodes of the layer to the graph, and returns its output. */
  emit(graph: Graph, x: Value, layer: Layer<O>, given: Given): Value;
}
