import type { Value } from '../graph.js';
import { outline, type Kind, type Layer } from '../layer.js';
import { labelsFor } from './with-condition.js';

interface TransformerOptions {
  readonly causal: boolean;
  readonly heads: number;
  readonly layers: number;
  readonly classes?: number | null;
}

export const transformer: Kind<TransformerOptions> = {
  parts: ({ causal, heads, layers, classes }) => {
    const embeddings = new Array(classes ? 3 : 2).fill(outline('embedding'));
    const norm = outline('layerNorm');
    const dense = outline('dense');
    const block = [norm, outline('attention', { heads, causal }), norm, outline('dense', { activation: 'gelu' }), dense];
    return [...embeddings, ...new Array(layers).fill(block).flat(), norm, dense];
  },
  // tokens
  input: () => [null],
  emit: (graph, tokens, { options: { classes }, parts }) => {
    const { node, emit } = graph;
    const add = (a: Value, b: Value): Value => node('Add', [a, b]);
    const [vectors, places, ...others] = parts as readonly [Layer, Layer, ...Layer[]];
    const count = node('Shape', [tokens], { start: 1 });
    let x = add(emit(vectors, tokens), node('Slice', [graph.weights(places.variables[0]), [0], count, [0]]));
    if (classes) x = add(x, graph.reshape(labelsFor(graph, others.shift()), [0, 1, -1]));
    while (others.length > 2) {
      const [norm, attention, secondNorm, rise, fall] = others.splice(0, 5);
      x = add(x, emit(attention, emit(norm, x)));
      x = add(x, emit(fall, emit(rise, emit(secondNorm, x))));
    }
    return others.reduce((value, layer) => emit(layer, value), x);
  },
};
