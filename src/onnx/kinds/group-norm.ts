import type { Kind } from '../layer.js';
import type { NormOptions } from './batch-norm.js';

/** By instance normalisation of groups: ONNX's own operator counts its scales by group in one version, and by channel in the next. */
export const groupNorm: Kind<NormOptions & { readonly groups?: number }> = {
  variables: 2,
  keepsShape: true,
  emit: (graph, x, { options: { groups = 8, epsilon = 1e-5, activation }, variables: [scale, offset] }) => {
    const { node } = graph;
    const images = graph.first(x);
    const perChannel = (weights: typeof scale) => graph.weights(weights, images.isFirst ? images.rank - 2 : 0);
    const rows = node('Reshape', [images, [0, groups, -1]]);
    const ones = new Float32Array(groups).fill(1);
    const normal = node('InstanceNormalization', [rows, ones, new Float32Array(groups)], { epsilon });
    const back = node('Reshape', [normal, node('Shape', [images])]);
    return graph.activate(node('Add', [node('Mul', [back, perChannel(scale)]), perChannel(offset)]), activation);
  },
};
