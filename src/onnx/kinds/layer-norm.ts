import type { Graph, Value } from '../graph.js';
import type { Kind } from '../layer.js';
import type { NormOptions } from './batch-norm.js';

/** A value less its mean along the last axis: ONNX Runtime 1.21 loses the digits of a variance that is small beside the mean. */
export function centred(graph: Graph, x: Value): Value {
  return graph.node('Sub', [x, graph.node('ReduceMean', [x], { axes: [x.rank - 1] })]);
}

export const layerNorm: Kind<NormOptions> = {
  variables: 2,
  keepsShape: true,
  // over the last axis, by default
  emit: (graph, x, { options: { epsilon = 1e-5 }, variables }) =>
    graph.node('LayerNormalization', [centred(graph, graph.last(x)), ...variables.map(graph.weights)], { epsilon }),
};
