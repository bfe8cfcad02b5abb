import type { Value } from '../graph.js';
import type { Kind, Layer, Outline } from '../layer.js';
import { denseOutline, embeddingOutline, normOutline } from './outlines.js';
import { labelsFor } from './with-condition.js';

interface TransformerOptions {
  readonly tokens: number;
  readonly length: number;
  readonly causal: boolean;
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  readonly classes?: number | null;
}

export const transformer: Kind<TransformerOptions> = {
  parts: ({ tokens, length, causal, width, heads, layers, classes }) => {
    const norm = normOutline('layerNorm', width);
    const attention: Outline = { kind: 'attention', options: { inputs: width, heads, causal } };
    const mlp = [denseOutline(width, 4 * width, 'gelu'), denseOutline(4 * width, width)];
    return [
      ...[tokens + 1, length, ...(classes ? [classes] : [])].map((count) => embeddingOutline(count, width)),
      ...Array.from({ length: layers }, () => [norm, attention, norm, ...mlp]).flat(),
      norm,
      denseOutline(width, tokens),
    ];
  },
  input: () => ({ shape: [null], isInt: true }),
  emit: (graph, tokens, { options: { width, classes }, parts }, given) => {
    const add = (a: Value, b: Value): Value => graph.node('Add', [a, b], a);
    const apply = (layer: Layer, x: Value): Value => graph.emit(layer, x, given);
    const [vectors, places, ...others] = parts as readonly [Layer, Layer, ...Layer[]];
    const count = graph.node('Shape', [tokens], { shape: [1] }, { start: 1 });
    const form = { shape: [tokens.shape[1]!, width] };
    const ofPlaces = graph.node('Slice', [graph.weights(places.variables[0]!), [0], count, [0]], form);
    let x = add(apply(vectors, tokens), ofPlaces);
    if (classes) {
      const labels = labelsFor(graph, others.shift()!, given);
      x = add(x, graph.node('Reshape', [labels, [0, 1, width]], { shape: [null, 1, width] }));
    }
    while (others.length > 2) {
      const [norm, attention, secondNorm, rise, fall] = others.splice(0, 5) as [Layer, Layer, Layer, Layer, Layer];
      x = add(x, apply(attention, apply(norm, x)));
      x = add(x, apply(fall, apply(rise, apply(secondNorm, x))));
    }
    return others.reduce((value, layer) => apply(layer, value), x);
  },
};
