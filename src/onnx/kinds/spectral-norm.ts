import type { Kind, Weights } from '../layer.js';

/** The layer with weights / sigma, sigma = |W u|, where W has a column for each output. */
export const spectralNorm: Kind = {
  buffers: 1,
  emit: (graph, x, { parts, buffers }) => {
    const layer = parts[0]!;
    const [weights, biases] = layer.variables as readonly [Weights, Weights];
    const { name, shape, numbers } = weights;
    const direction = buffers[0]!.numbers;
    const outputs = direction.length;
    const inner = layer.kind.endsWith('Transpose') ? shape.at(-1)! : 1;
    // each sum stands where the weight of the first output is, among zeros
    const sums = new Float64Array(numbers.length);
    numbers.forEach((w, i) => {
      const output = Math.floor(i / inner) % outputs;
      sums[i - output * inner]! += w * direction[output]!;
    });
    // with the number under the root with which it is applied
    const sigma = Math.sqrt(sums.reduce((sum, x) => sum + x * x, 1e-12));
    const scaled = { name: `${name} / sigma`, shape, numbers: numbers.map((w) => w / sigma) };
    return graph.emit({ ...layer, variables: [scaled, biases] }, x);
  },
};
