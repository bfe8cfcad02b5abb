import type { Kind } from '../layer.js';

interface GroupNormOptions {
  readonly inputs: number;
  readonly groups: number;
  readonly epsilon: number;
  readonly activation?: unknown;
}

/** By instance normalisation of groups: ONNX's own operator counts its scales by group in one version, and by channel in the next. */
export const groupNorm: Kind<GroupNormOptions> = {
  variables: ({ inputs }) => [[inputs], [inputs]],
  keepsShape: true,
  emit: (graph, x, { options: { groups, epsilon, activation }, variables: [scale, offset] }) => {
    const images = graph.first(x);
    const rows = graph.node('Reshape', [images, [0, groups, -1]], { shape: [null, groups, null] });
    const [ones, zeros] = [new Float32Array(groups).fill(1), new Float32Array(groups)];
    const normal = graph.node('InstanceNormalization', [rows, ones, zeros], rows, { epsilon });
    const shape = graph.node('Shape', [images], { shape: [images.shape.length] });
    const back = graph.node('Reshape', [normal, shape], images);
    const scaled = graph.node('Mul', [back, graph.perChannel(scale!, back)], back);
    return graph.activate(graph.node('Add', [scaled, graph.perChannel(offset!, back)], back), activation);
  },
};
