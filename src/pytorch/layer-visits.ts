import type { Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../nets/network.js';
import { unusable } from '../tensor/errors.js';
import { noteOf, type Made } from '../tensor/made-by.js';
import { noteMap, ROW_BY_ROW } from './features.js';
import { mapOf, newRow, option, rowOf, sizeOption, withChannels, type Flow, type Visit, type Walk } from './flow.js';
import type { Slot } from './state-dict-entry.js';

const DENSE = '[in, out] -> [out, in]';
const CONVOLUTION = '[height, width, in, out] -> [out, in, height, width]';
const TRANSPOSED = '[height, width, out, in] -> [in, out, height, width]';
const SERIES = '[steps, in, out] -> [out, in, steps]';
const TRANSPOSED_SERIES = '[steps, out, in] -> [in, out, steps]';
const SAME = 'the same';

/** Whether tensors `[batch, steps, channels]` of the model are `[batch, channels, steps]` in PyTorch: where it has convolutions over them. */
export const hasSeries = (slots: readonly Slot[]): boolean => slots.some(({ layout }) => isSeries(layout));
const isSeries = (layout: string): boolean => layout === SERIES || layout === TRANSPOSED_SERIES;

function slot(
  path: string,
  ours: string,
  variable: Variable | undefined,
  { layout = SAME, axes = [0], features = [], ...rest }: Partial<Slot> = {},
): Slot {
  return { path, ours, variable, layout, axes, features, ...rest };
}

/** A layer with weights and biases, which spectralNorm can wrap. */
interface WeightedLayer {
  readonly weights: string;
  readonly layout: string;
  readonly axes: readonly number[];
  /** The output for an input. */
  readonly out: (made: Made, flow: Flow) => Flow;
}

/** An option that is a number for all axes or one for each. */
const along = (made: Made, name: string, axis: number): number => {
  const value = option(made, name) as number | readonly number[];
  return typeof value === 'number' ? value : value[axis]!;
};
const shrunkSize = (made: Made) => (size: number, axis: number) => {
  const margin = option(made, 'padding') === 'valid' ? along(made, 'kernelSize', axis) - 1 : 0;
  return Math.ceil((size - margin) / along(made, 'strides', axis));
};
const grownSize = (made: Made) => (size: number, axis: number) =>
  option(made, 'padding') === 'valid'
    ? (size - 1) * along(made, 'strides', axis) + along(made, 'kernelSize', axis)
    : size * along(made, 'strides', axis);
const convolved =
  (sizeBy: typeof shrunkSize): WeightedLayer['out'] =>
  (made, flow) => {
    const sizes = option(made, 'outputSize') ?? mapOf(flow)?.slice(0, -1).map(sizeBy(made));
    return sizes === undefined ? undefined : { map: [sizes, sizeOption(made, 'filters')].flat() as number[] };
  };

const weightedLayers: Readonly<Record<string, WeightedLayer>> = {
  dense: { weights: 'weights', layout: DENSE, axes: [1, 0], out: (made) => newRow(sizeOption(made, 'units')) },
  conv1d: { weights: 'kernel', layout: SERIES, axes: [2, 1, 0], out: convolved(shrunkSize) },
  conv1dTranspose: { weights: 'kernel', layout: TRANSPOSED_SERIES, axes: [2, 1, 0], out: convolved(grownSize) },
  conv2d: { weights: 'kernel', layout: CONVOLUTION, axes: [3, 2, 0, 1], out: convolved(shrunkSize) },
  conv2dTranspose: { weights: 'kernel', layout: TRANSPOSED, axes: [3, 2, 0, 1], out: convolved(grownSize) },
};

/** The slots and the output of a layer with weights, which have this name. */
function weightedLayer(walk: Walk, layer: Part, input: Flow, path: string, weightName = 'weight') {
  const made = noteOf(layer);
  const known = weightedLayers[made?.kind ?? ''];
  if (made === undefined || known === undefined) throw ownPart(walk.where, layer, path);
  const { weights, layout, axes } = known;
  const flow = isSeries(layout) ? asSeries(walk, input) : input;
  const out = known.out(made, flow);
  const row = rowOf(out);
  const features = row === undefined ? [] : [rowOf(flow), row];
  const slots: [Slot, Slot] = [
    slot(`${path}${weightName}`, `${made.kind} ${weights}`, layer.variables[0], { layout, axes, features }),
    slot(`${path}bias`, `${made.kind} biases`, layer.variables[1], { features: [row], ifAbsent: 0 }),
  ];
  return { out, slots };
}

/** The error of a part whose layout is unknown. */
export function ownPart(where: string, part: Part, path: string): Error {
  const name = noteOf(part)?.defined?.kind ?? 'a part of your own';
  const seen = `${name} with ${part.variables.length} variables${path === '' ? '' : ` at ${path}`}`;
  const fix = 'The layout of its weights is unknown: compose it of the layers here, and pass what they return.';
  return unusable(where, 'part', 'must be made by functions of this library', { seen, fix });
}

/** Notes that a convolution reads a sequence, whose channels are therefore first in PyTorch. */
function asSeries({ where, channelsFirst }: Walk, flow: Flow): Flow {
  if (flow === undefined || !('sequence' in flow)) return flow;
  const { sequence, from } = flow;
  if (channelsFirst && from !== undefined) noteMap(where, from, sequence);
  return { map: sequence };
}

const weighted: Visit = (walk, part, _, flow, path) => {
  const { out, slots } = weightedLayer(walk, part, flow, path);
  walk.slots.push(...slots);
  return out;
};

/** A layer that keeps the shape and has a scale and an offset per feature. */
const norm =
  (isByFeature: (made: Made) => boolean): Visit =>
  (walk, { variables }, made, flow, path) => {
    const out = rowOf(flow);
    if (out !== undefined && !isByFeature(made)) walk.plain.push(out);
    walk.slots.push(
      slot(`${path}weight`, `${made.kind} scale`, variables[0], { features: [out], ifAbsent: 1 }),
      slot(`${path}bias`, `${made.kind} offset`, variables[1], { features: [out], ifAbsent: 0 }),
    );
    return flow;
  };

const batchNorm: Visit = (walk, part, made, flow, path) => {
  const features = [rowOf(flow)];
  norm(() => true)(walk, part, made, flow, path);
  walk.slots.push(
    slot(`${path}running_mean`, 'batchNorm movingMean', part.buffers![0], { features }),
    slot(`${path}running_var`, 'batchNorm movingVariance', part.buffers![1], { features }),
    slot(`${path}num_batches_tracked`, 'none', undefined, { axes: [], torchOnly: 'count' }),
  );
  return flow;
};

const embedding: Visit = (walk, { variables }, made, _, path) => {
  const out = newRow(sizeOption(made, 'size'));
  const features = [undefined, out.row];
  walk.slots.push(slot(`${path}weight`, 'embedding weights', variables[0], { axes: [0, 1], features }));
  return out;
};

const attention: Visit = (walk, { variables }, _, flow, path) => {
  const weights = { layout: DENSE, axes: [1, 0] };
  walk.slots.push(
    slot(`${path}in_proj_weight`, 'attention projections', variables[0], weights),
    slot(`${path}in_proj_bias`, 'attention biases of projections', variables[1], { ifAbsent: 0 }),
    slot(`${path}out_proj.weight`, 'attention output', variables[2], weights),
    slot(`${path}out_proj.bias`, 'attention biases of output', variables[3], { ifAbsent: 0 }),
  );
  return flow;
};

const crossAttention: Visit = (walk, _, { parts = [] }, flow, path) => {
  const names = ['queries', 'keys_values', 'output'];
  parts.forEach((part, i) => weighted(walk, part, noteOf(part)!, undefined, `${path}${names[i]}.`));
  return flow;
};

/** Records the slots of the inner layer and of its singular vectors, with the names of torch.nn.utils.parametrizations. */
const spectralNorm: Visit = (walk, _, { parts }, flow, path) => {
  const [layer, memory] = parts as [Part, Part];
  const { out, slots } = weightedLayer(walk, layer, flow, path, 'parametrizations.weight.original');
  const [weights] = slots;
  const at = `${path}parametrizations.weight.0`;
  const direction = slot(`${at}._u`, 'spectralNorm direction', memory.buffers![0], { features: [rowOf(out)] });
  const torchOnly = { weights, direction, outputAxis: weights.layout.includes('-> [in, out') ? 1 : 0 };
  walk.slots.push(...slots, direction, slot(`${at}._v`, 'none', undefined, { axes: [], torchOnly }));
  return out;
};

/** Flattens a map into a row, in the order that each side uses. */
function flattened({ where, channelsFirst }: Walk, flow: Flow): Flow {
  const [row, map] = [rowOf(flow), mapOf(flow)];
  if (row !== undefined) return flow;
  if (!channelsFirst) return newRow();
  if (map === undefined || map.some(Number.isNaN)) {
    const fix = `Pass the sizes of an image: { input: [28, 28, 1] }. ${ROW_BY_ROW}`;
    throw unusable(where, 'input', 'must be the shape of one example, as the part flattens maps', {
      seen: 'none',
      fix,
    });
  }
  const made = newRow(map.reduce((product, size) => product * size, 1));
  noteMap(where, made.row, map);
  return made;
}

const reshaped: Visit = (walk, _, made, flow) => {
  const shape = option(made, 'shape') as number[];
  if (shape.length === 1) return flattened(walk, flow);
  if (shape.length === 2) {
    if (mapOf(flow) !== undefined) return undefined;
    const from = rowOf(flow) ?? {};
    if (flow === undefined) walk.plain.push(from);
    return { sequence: shape, from };
  }
  if (shape.length !== 3) return undefined;
  if (!walk.channelsFirst || mapOf(flow) !== undefined) return { map: shape };
  const row = rowOf(flow) ?? {};
  noteMap(walk.where, row, shape);
  if (flow === undefined) walk.plain.push(row);
  return { map: shape };
};

const upsampled: Visit = (_walk, _part, made, flow) => {
  const map = mapOf(flow);
  const factor = sizeOption(made, 'factor');
  return map && { map: [...map.slice(0, -1).map((size) => size * factor), map.at(-1)!] };
};

const halved: Visit = (walk, _part, _made, flow) => {
  const [row, map] = [rowOf(flow), mapOf(flow)];
  if (map !== undefined) return withChannels(map, (channels) => channels / 2);
  if (row === undefined) return undefined;
  walk.plain.push(row);
  return newRow(row.size === undefined ? undefined : row.size / 2);
};

const addedChannel: Visit = (_walk, _part, _made, flow) => {
  const [row, map] = [rowOf(flow), mapOf(flow)];
  if (row !== undefined) return { row: { start: row } };
  return withChannels(map, (channels) => channels + 1);
};

const same: Visit = (_walk, _part, _made, flow) => flow;

/** The visits of layers, by the functions that make the layers. */
export const layerVisits: Readonly<Record<string, Visit>> = {
  dense: weighted,
  conv1d: weighted,
  conv1dTranspose: weighted,
  conv2d: weighted,
  conv2dTranspose: weighted,
  embedding,
  batchNorm,
  layerNorm: norm(() => true),
  groupNorm: norm((made) => sizeOption(made, 'groups') === sizeOption(made, 'inputs')),
  attention,
  crossAttention,
  spectralNorm,
  timeEmbedding: (_walk, _part, made) => newRow(sizeOption(made, 'size')),
  flatten: (walk, _part, _made, flow) => flattened(walk, flow),
  reshape: reshaped,
  upsample: upsampled,
  upsample1d: (walk, part, made, flow, path) => upsampled(walk, part, made, asSeries(walk, flow), path),
  glu: halved,
  minibatchStddev: addedChannel,
  dropout: same,
  gaussianNoise: same,
};
