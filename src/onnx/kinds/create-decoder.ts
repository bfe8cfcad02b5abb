import type { Kind } from '../layer.js';

/** The parameters of p(x|z), and its mean if that is simple. */
export const createDecoder: Kind<{ readonly likelihood?: string | { readonly name: string } | undefined }> = {
  outputs: (graph, x, { options: { likelihood }, parts }) => {
    const parameters = graph.emit(parts[0], x);
    const name = typeof likelihood === 'object' ? likelihood.name : likelihood;
    if (name === 'bernoulli') return { parameters, mean: graph.node('Sigmoid', [parameters]) };
    if (name === 'gaussian') return { parameters, mean: parameters };
    return { parameters, ...(name === 'learnedGaussian' && { mean: graph.split(parameters, 2)[0]! }) };
  },
};
