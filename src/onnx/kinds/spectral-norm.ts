import type { Kind, Layer, Weights } from '../layer.js';

/** Added under the root, as when it is applied. */
const EPSILON = 1e-12;

/** The layer with weights / sigma, sigma = |W u|, where W has a column for each output. */
export const spectralNorm: Kind<object> = {
  buffers: (_, [layer]) => [[outputsOf(layer!)]],
  emit: (graph, x, { parts, buffers }, given) => {
    const layer = parts[0]!;
    const [weights, ...others] = layer.variables as readonly [Weights, ...Weights[]];
    const direction = buffers.at(-1)!.numbers;
    const inner = layer.kind === 'conv2dTranspose' ? weights.shape[3]! : 1;
    const sums = new Float64Array(weights.numbers.length / direction.length);
    weights.numbers.forEach((w, i) => {
      const output = Math.floor(i / inner) % direction.length;
      sums[Math.floor(i / inner / direction.length) * inner + (i % inner)]! += w * direction[output]!;
    });
    const sigma = Math.sqrt(sums.reduce((sum, x) => sum + x * x, EPSILON));
    const scaled = { ...weights, name: `${weights.name} / sigma`, numbers: weights.numbers.map((w) => w / sigma) };
    return graph.emit({ ...layer, variables: [scaled, ...others] }, x, given);
  },
};

function outputsOf({ variables }: Layer): number {
  // the biases
  return variables[1]!.shape[0]!;
}
