import type { Kind } from '../layer.js';
import type { NormOptions } from './batch-norm.js';
import { centred } from './layer-norm.js';

/** By instance normalisation of groups: ONNX's own operator counts its scales by group in one version, and by channel in the next. */
export const groupNorm: Kind<NormOptions & { readonly groups?: number }> = {
  variables: 2,
  keepsShape: true,
  emit: (graph, x, { options: { groups = 8, epsilon = 1e-5 }, variables: [scale, offset] }) => {
    const images = graph.first(x);
    const column = [-1, ...new Array<number>(images.rank - 2).fill(1)];
    const perChannel = (weights: typeof scale) => graph.node('Reshape', [graph.weights(weights), column]);
    const rows = centred(graph, graph.node('Reshape', [images, [0, groups, -1]], {}, { rank: 3 }));
    const ones = new Float32Array(groups).fill(1);
    const normal = graph.node('InstanceNormalization', [rows, ones, new Float32Array(groups)], { epsilon });
    const back = graph.node('Reshape', [normal, graph.node('Shape', [images])], {}, images);
    return graph.node('Add', [graph.node('Mul', [back, perChannel(scale)]), perChannel(offset)]);
  },
};
