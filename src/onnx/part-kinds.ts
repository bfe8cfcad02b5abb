import {
  conversionAt,
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
} from '../diffusion/prediction-target.js';
import type { PredictionTarget } from '../diffusion/prediction-target.js';
import type { Graph, Value } from './graph.js';
import type { Given, Layer } from './layer.js';

/** How a part that has a network is exported: the outputs, of which the first is that of its main method. */
export interface PartKind {
  /** The name of the input in the part's methods. */
  readonly input: 'x' | 'z';
  outputs(graph: Graph, x: Value, layer: Layer, given: Given): Readonly<Record<string, Value>>;
}

const outputOf = (graph: Graph, x: Value, { parts }: Layer, given: Given): Value => graph.emit(parts[0]!, x, given);

const createGaussianEncoder: PartKind = {
  input: 'x',
  outputs: (graph, ...args) => {
    const [mean, logVariance] = graph.split(outputOf(graph, ...args), 2) as [Value, Value];
    return { mean, logVariance };
  },
};

/** The parameters of p(x|z), and its mean if that is simple. */
const createDecoder: PartKind = {
  input: 'z',
  outputs: (graph, x, layer, given) => {
    const parameters = outputOf(graph, x, layer, given);
    const likelihood = layer.options['likelihood'] as string | { readonly name: string } | undefined;
    const means: Readonly<Record<string, () => Value>> = {
      bernoulli: () => graph.node('Sigmoid', [parameters], parameters),
      gaussian: () => parameters,
      learnedGaussian: () => graph.split(parameters, 2)[0]!,
    };
    const mean = means[typeof likelihood === 'object' ? likelihood.name : (likelihood ?? '')]?.();
    return { parameters, ...(mean && { mean }) };
  },
};

const targets: Readonly<Record<string, PredictionTarget>> = {
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
};

/** Both parts of x_t, computed from the network's output with tables that have a number for each timestep. */
function estimate(
  graph: Graph,
  x: Value,
  y: Value,
  { options }: Layer,
  timesteps: Value,
  target = options['predicts'],
): { readonly sample: Value; readonly noise: Value } {
  const { mix } = typeof target === 'string' ? targets[target]! : (target as PredictionTarget);
  const { alphaBar } = options['schedule'] as { readonly alphaBar: ArrayLike<number> };
  const conversions = Array.from(alphaBar, (share) =>
    conversionAt({ name: '', mix }, Math.sqrt(share), Math.sqrt(1 - share)),
  );
  const input = graph.like(x, y);
  const ones = new Array<number>(y.shape.length - 1).fill(1);
  const term = (part: 'sample' | 'noise', i: 0 | 1, value: Value): Value => {
    const table = Float32Array.from(conversions, (conversion) => conversion[part][i]);
    const weights = graph.node('Gather', [table, timesteps], timesteps);
    const column = graph.node('Reshape', [weights, [0, ...ones]], { shape: [null, ...ones] });
    return graph.node('Mul', [value, column], y);
  };
  const sum = (part: 'sample' | 'noise'): Value => graph.node('Add', [term(part, 0, input), term(part, 1, y)], y);
  return { sample: sum('sample'), noise: sum('noise') };
}

const createDenoiser: PartKind = {
  input: 'x',
  outputs: (graph, x, layer, given) => {
    const timesteps = given.timesteps();
    return { ...estimate(graph, x, outputOf(graph, x, layer, given), layer, timesteps) };
  },
};

const withClip: PartKind = {
  input: 'x',
  outputs: (graph, x, { options, parts }, given) => {
    const denoiser = parts[0]!;
    const inner = denoiser.kind === 'withClip' ? withClip : createDenoiser;
    const sample = inner.outputs(graph, x, denoiser, given)['sample']!;
    const [low, high] = options['clip'] as [number, number];
    const clipped = graph.node('Clip', [sample, low, high], sample);
    let made = denoiser;
    while (made.kind === 'withClip') made = made.parts[0]!;
    const { noise } = estimate(graph, x, clipped, made, given.timesteps(), 'predictSample');
    return { sample: clipped, noise };
  },
};

/** Parts by the functions that make them; all others are networks. */
export const partKinds: ReadonlyMap<string, PartKind> = new Map<string, PartKind>([
  ['createGaussianEncoder', createGaussianEncoder],
  ['createDecoder', createDecoder],
  ['createGenerator', { input: 'z', outputs: (...args) => ({ generated: outputOf(...args) }) }],
  ['createDiscriminator', { input: 'x', outputs: (...args) => ({ logits: outputOf(...args) }) }],
  ['createDenoiser', createDenoiser],
  ['withClip', withClip],
]);
