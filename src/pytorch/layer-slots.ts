import type { Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../nets/network.js';
import type { Features } from './features.js';
import type { Slot } from './state-dict-entry.js';

/** The features that go into a layer on rows, and those that come out. */
export interface Rows {
  readonly into?: Features | undefined;
  readonly out?: Features | undefined;
}

/** Makes the slots of one layer with variables, under a path that is empty or ends in a dot. */
export type LayerSlots = (layer: Part, path: string, rows: Rows, weightName?: string) => Slot[];

const DENSE = '[in, out] -> [out, in]';
const CONVOLUTION = '[height, width, in, out] -> [out, in, height, width]';
const TRANSPOSED = '[height, width, out, in] -> [in, out, height, width]';
const SAME = 'the same';

/** A weight with the given axes, and its biases. */
const weighted =
  (kind: string, weights: string, layout: string, axes: readonly number[]): LayerSlots =>
  ({ variables }, path, { into, out }, weightName = 'weight') => [
    slot(`${path}${weightName}`, `${kind} ${weights}`, variables[0], { layout, axes, features: [into, out] }),
    slot(`${path}bias`, `${kind} biases`, variables[1], { features: [out], ifAbsent: 0 }),
  ];

const norm =
  (kind: string): LayerSlots =>
  ({ variables }, path, { out }) => [
    slot(`${path}weight`, `${kind} scale`, variables[0], { features: [out], ifAbsent: 1 }),
    slot(`${path}bias`, `${kind} offset`, variables[1], { features: [out], ifAbsent: 0 }),
  ];

/** The layers that PyTorch has as well, by the function that makes ours. */
export const layerSlots: Readonly<Record<string, LayerSlots>> = {
  dense: weighted('dense', 'weights', DENSE, [1, 0]),
  conv2d: weighted('conv2d', 'kernel', CONVOLUTION, [3, 2, 0, 1]),
  conv2dTranspose: weighted('conv2dTranspose', 'kernel', TRANSPOSED, [3, 2, 0, 1]),
  embedding: ({ variables }, path, { out }) => [
    slot(`${path}weight`, 'embedding weights', variables[0], { axes: [0, 1], features: [undefined, out] }),
  ],
  batchNorm: (layer, path, rows) => [
    ...norm('batchNorm')(layer, path, rows),
    slot(`${path}running_mean`, 'batchNorm movingMean', layer.buffers![0], { features: [rows.out] }),
    slot(`${path}running_var`, 'batchNorm movingVariance', layer.buffers![1], { features: [rows.out] }),
    slot(`${path}num_batches_tracked`, 'none', undefined, { axes: [], beside: 'count' }),
  ],
  groupNorm: norm('groupNorm'),
  layerNorm: norm('layerNorm'),
  attention: ({ variables }, path) => [
    slot(`${path}in_proj_weight`, 'attention projections', variables[0], { layout: DENSE, axes: [1, 0] }),
    slot(`${path}in_proj_bias`, 'attention biases of projections', variables[1], { ifAbsent: 0 }),
    slot(`${path}out_proj.weight`, 'attention output', variables[2], { layout: DENSE, axes: [1, 0] }),
    slot(`${path}out_proj.bias`, 'attention biases of output', variables[3], { ifAbsent: 0 }),
  ],
};

/** The slots of a layer below `spectralNorm`, and of its direction, under the names of torch.nn.utils.parametrizations. */
export function spectralSlots(slots: readonly Slot[], direction: Variable, path: string, out?: Features): Slot[] {
  const [weights] = slots as [Slot];
  const at = `${path}parametrizations.weight.0`;
  const u = slot(`${at}._u`, 'spectralNorm direction', direction, { features: [out] });
  const outputAxis = weights.layout === TRANSPOSED ? 1 : 0;
  const v = slot(`${at}._v`, 'none', undefined, { axes: [], beside: { weights, direction: u, outputAxis } });
  return [...slots, u, v];
}

function slot(
  path: string,
  ours: string,
  variable: Variable | undefined,
  { layout = SAME, axes = [0], features = [], ...rest }: Partial<Slot> = {},
): Slot {
  return { path, ours, variable, layout, axes, features, ...rest };
}
