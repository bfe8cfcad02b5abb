import type { Kind } from '../layer.js';

/** The parameters of p(x|z), and its mean if that is simple. */
export const createDecoder: Kind<{ readonly likelihood?: string | { readonly name: string } | undefined }> = {
  outputs: (graph, x, { options: { likelihood }, parts }) => {
    const parameters = graph.emit(parts[0], x);
    if (likelihood === 'bernoulli') return { parameters, mean: graph.node('Sigmoid', [parameters]) };
    const name = typeof likelihood === 'object' ? likelihood.name : likelihood;
    return name === 'gaussian' ? { parameters, mean: parameters } : { parameters };
  },
};
