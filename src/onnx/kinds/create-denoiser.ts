import {
  conversionAt,
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
  type PredictionTarget,
} from '../../diffusion/prediction-target.js';
import { asColumn } from '../at-each-place.js';
import type { Value } from '../graph.js';
import type { Kind, Options } from '../layer.js';

const targets: Readonly<Record<string, PredictionTarget>> = {
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
};

interface DenoiserOptions {
  readonly schedule: { readonly alphaBar: Iterable<number> };
  readonly predicts: PredictionTarget | string;
}

/** The estimates of the data and the noise, from the network's output and tables that have a number for each timestep. */
export const createDenoiser: Kind<Options> = {
  outputs: (graph, x, layer) => {
    const clips: (readonly number[])[] = [];
    let denoiser = layer;
    for (; denoiser.kind === 'withClip'; denoiser = denoiser.parts[0]!)
      clips.unshift(denoiser.options['clip'] as number[]);
    const { schedule, predicts } = denoiser.options as unknown as DenoiserOptions;
    const y = graph.emit(denoiser.parts[0], x);
    const xt = graph.like(x, y);
    const timesteps = graph.input('timesteps');
    const convert = (target: PredictionTarget, prediction: Value, part: 'sample' | 'noise'): Value => {
      const terms = [xt, prediction].map((value, i) => {
        const table = Float32Array.from(
          [...schedule.alphaBar],
          (share) => conversionAt(target, Math.sqrt(share), Math.sqrt(1 - share))[part][i]!,
        );
        return graph.node('Mul', [value, asColumn(graph, graph.node('Gather', [table, timesteps], {}, y), y)]);
      });
      return graph.node('Add', terms);
    };
    const target =
      typeof predicts === 'string' && Object.hasOwn(targets, predicts)
        ? targets[predicts]!
        : (predicts as PredictionTarget);
    const sample = convert(target, y, 'sample');
    const clipped = clips.reduce((value, clip) => graph.node('Clip', [value, ...clip]), sample);
    // the noise that goes with clipped data
    const noise = clipped === sample ? convert(target, y, 'noise') : convert(predictSample, clipped, 'noise');
    return { sample: clipped, noise };
  },
};
