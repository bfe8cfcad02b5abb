import {
  conversionAt,
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
  type PredictionTarget,
} from '../diffusion/prediction-target.js';
import type { Graph, Value } from './graph.js';
import type { Layer } from './layer.js';

/** The outputs of a part that has a network; the first is that of its main method. */
export type PartKind = (graph: Graph, x: Value, layer: Layer) => Readonly<Record<string, Value>>;

const createGaussianEncoder: PartKind = (graph, x, { parts }) => {
  const [mean, logVariance] = graph.split(graph.emit(parts[0], x), 2) as [Value, Value];
  return { mean, logVariance };
};

/** The parameters of p(x|z), and its mean if that is simple. */
const createDecoder: PartKind = (graph, x, { options, parts }) => {
  const parameters = graph.emit(parts[0], x);
  const likelihood = options['likelihood'] as string | { readonly name: string } | undefined;
  const name = typeof likelihood === 'object' ? likelihood.name : likelihood;
  const means: Readonly<Record<string, () => Value | undefined>> = {
    bernoulli: () => graph.node('Sigmoid', [parameters]),
    gaussian: () => parameters,
    learnedGaussian: () => graph.split(parameters, 2)[0],
  };
  const mean = means[name ?? '']?.();
  return { parameters, ...(mean && { mean }) };
};

const targets: Readonly<Record<string, PredictionTarget>> = {
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
};

/** Both parts of x_t, from the network's output and tables that have a number for each timestep; clipped in turn. */
const createDenoiser: PartKind = (graph, x, layer) => {
  const { node } = graph;
  const clips: (readonly [number, number])[] = [];
  let denoiser = layer;
  for (; denoiser.kind === 'withClip'; denoiser = denoiser.parts[0]!) clips.unshift(denoiser.options['clip'] as [number, number]);
  const { schedule, predicts } = denoiser.options as {
    readonly schedule: { readonly alphaBar: ArrayLike<number> };
    readonly predicts: PredictionTarget | string;
  };
  const y = graph.emit(denoiser.parts[0], x);
  const xt = y.isFirst ? graph.first(x) : graph.last(x);
  const timesteps = graph.input('timesteps');
  const ones = new Array<number>(y.rank - 1).fill(1);
  const convert = (target: PredictionTarget, prediction: Value, part: 'sample' | 'noise'): Value => {
    const term = (i: 0 | 1, value: Value): Value => {
      const table = Float32Array.from(schedule.alphaBar, (share) => conversionAt(target, Math.sqrt(share), Math.sqrt(1 - share))[part][i]);
      const column = node('Reshape', [node('Gather', [table, timesteps], {}, timesteps), [-1, ...ones]], {}, y);
      return node('Mul', [value, column]);
    };
    return node('Add', [term(0, xt), term(1, prediction)]);
  };
  const target = typeof predicts === 'string' ? targets[predicts]! : predicts;
  const sample = convert(target, y, 'sample');
  if (clips.length === 0) return { sample, noise: convert(target, y, 'noise') };
  const clipped = clips.reduce((value, [low, high]) => node('Clip', [value, low, high]), sample);
  return { sample: clipped, noise: convert(predictSample, clipped, 'noise') };
};

/** The outputs of parts, by the functions that make the parts; all others have a single output, like networks. */
export const partKinds: ReadonlyMap<string, PartKind> = new Map<string, PartKind>([
  ['createGaussianEncoder', createGaussianEncoder],
  ['createDecoder', createDecoder],
  ['createDenoiser', createDenoiser],
  ['withClip', createDenoiser],
]);
