import { chain, outline, repeated, type Kind } from '../layer.js';
import { labelsFor } from './with-condition.js';

interface TransformerOptions {
  readonly causal?: boolean;
  readonly heads?: number;
  readonly layers?: number;
  readonly classes?: number | null;
}

export const transformer: Kind<TransformerOptions> = {
  parts: ({ causal = true, heads = 4, layers = 4, classes }) => {
    const embedding = outline('embedding');
    const embeddings = classes ? [embedding, embedding, embedding] : [embedding, embedding];
    const norm = outline('layerNorm');
    const dense = outline('dense');
    const block = [
      outline('residual', {}, chain(norm, outline('attention', { heads, causal }))),
      outline('residual', {}, chain(norm, outline('dense', { activation: 'gelu' }), dense)),
    ];
    const blocks = repeated(layers, () => block);
    return [outline('embedTokens', {}, ...embeddings), ...blocks.flat(), norm, dense];
  },
  // tokens
  input: () => [null],
};

/** The vectors of tokens, of their places, and of the label. */
export const embedTokens: Kind = {
  emit: (graph, tokens, { parts: [vectors, places, labels] }) => {
    const count = graph.node('Shape', [tokens], { start: 1 });
    const ofPlaces = graph.node('Slice', [graph.weights(places!.variables[0]), [0], count, [0]]);
    const sum = graph.node('Add', [graph.emit(vectors, tokens), ofPlaces]);
    return labels ? graph.node('Add', [sum, graph.reshape(labelsFor(graph, labels), [0, 1, -1])]) : sum;
  },
};
