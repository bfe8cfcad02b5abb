import type { Part } from '../nets/network.js';
import { architectureOf, type Architecture } from '../nets/architecture.js';
import { unusable } from '../tensor/errors.js';
import { noteMap, orderOf, ROW_BY_ROW, sameFeatures, type Features } from './features.js';
import { layerSlots, spectralSlots } from './layer-slots.js';
import type { Slot } from './state-dict-entry.js';

/** What flows from one network to the next: a row of features, or a map `[height, width, channels]`; undefined if unknown. */
export type Flow = { readonly row: Features } | { readonly map: readonly number[] } | undefined;

/** The state of a walk through a part. */
export interface Walk {
  readonly where: string;
  /** Whether the model in Python flattens `[batch, channels, height, width]`. */
  readonly channelsFirst: boolean;
  readonly slots: Slot[];
  /** Rows whose features must be in our order in PyTorch as well. */
  readonly plain: Features[];
}

/** How a network transforms what flows through it; its slots are recorded under the path. */
type Visit = (walk: Walk, part: Part, made: Architecture, flow: Flow, path: string) => Flow;

/** Walks through a part down to its layers, and records their tensors; returns what flows out. */
export function visit(walk: Walk, part: Part, flow: Flow, path: string): Flow {
  const made = architectureOf(part);
  if (made === undefined) {
    if (part.variables.length + (part.buffers ?? []).length === 0) return flow;
    const seen = `a part of your own with ${part.variables.length} variables${path === '' ? '' : ` at ${path}`}`;
    const fix =
      'The layout of its weights is not known: compose it of the layers here, and hand over what they return.';
    throw unusable(walk.where, 'part', 'must be made by functions of this library', { seen, fix });
  }
  const known = visits[made.kind ?? ''];
  if (known !== undefined) return known(walk, part, made, flow, path);
  // a part around a network, or a network around another: its output is not known
  made.parts.forEach((inner, i) => visit(walk, inner, flow, made.parts.length === 1 ? path : `${path}${i}.`));
  return undefined;
}

const rowOf = (flow: Flow): Features | undefined => (flow !== undefined && 'row' in flow ? flow.row : undefined);
const mapOf = (flow: Flow): readonly number[] | undefined =>
  flow !== undefined && 'map' in flow ? flow.map : undefined;
const newRow = (size?: number): { row: Features } => ({ row: { size } });
const option = (made: Architecture, name: string): unknown => (made.options as Readonly<Record<string, unknown>>)[name];
const sizeOption = (made: Architecture, name: string, other = 1): number =>
  (option(made, name) as number | undefined) ?? other;

/** The networks of a composition one after the other; an activation counts as a module of its own, as in torch.nn.Sequential. */
const inOrder: Visit = (walk, _, { parts }, flow, path) => {
  let place = 0;
  for (const layer of parts) {
    flow = visit(walk, layer, flow, `${path}${place}.`);
    const made = architectureOf(layer);
    const isActivated =
      made !== undefined && (made.kind ?? '') in layerSlots && option(made, 'activation') !== undefined;
    place += isActivated ? 2 : 1;
  }
  return flow;
};

/** A composition whose options give the shape of its images. */
const onImages: Visit = (walk, part, made, flow, path) =>
  inOrder(walk, part, made, flow ?? { map: option(made, 'shape') as number[] }, path);

/** A layer that keeps the shape and has numbers for each feature. */
const norm =
  (isByFeature: (made: Architecture) => boolean): Visit =>
  (walk, part, made, flow, path) => {
    const out = rowOf(flow);
    if (out !== undefined && !isByFeature(made)) walk.plain.push(out);
    walk.slots.push(...layerSlots[made.kind!]!(part, path, { out }));
    return flow;
  };

/** A layer with weights: its output, and its slots under a name for the weights. */
function weightedLayer(layer: Part, flow: Flow, path: string, weightName?: string): { out: Flow; slots: Slot[] } {
  const made = architectureOf(layer)!;
  const slots = layerSlots[made.kind!]!;
  if (made.kind === 'dense') {
    const into = rowOf(flow);
    const out = newRow(sizeOption(made, 'units'));
    return { out, slots: slots(layer, path, { into, out: out.row }, weightName) };
  }
  const map = mapOf(flow);
  const size = made.kind === 'conv2d' ? smaller(made) : larger(made);
  const sizes = (option(made, 'outputSize') as number[] | undefined) ?? map?.slice(0, 2).map(size);
  const out = sizes && { map: [...sizes, sizeOption(made, 'filters')] };
  return { out, slots: slots(layer, path, {}, weightName) };
}

const smaller = (made: Architecture) => (size: number) => {
  const margin = option(made, 'padding') === 'valid' ? sizeOption(made, 'kernelSize') - 1 : 0;
  return Math.ceil((size - margin) / sizeOption(made, 'strides'));
};
const larger = (made: Architecture) => (size: number) =>
  option(made, 'padding') === 'valid'
    ? (size - 1) * sizeOption(made, 'strides') + sizeOption(made, 'kernelSize')
    : size * sizeOption(made, 'strides');

const weighted: Visit = (walk, part, _, flow, path) => {
  const { out, slots } = weightedLayer(part, flow, path);
  walk.slots.push(...slots);
  return out;
};

/** Flattens a map into a row, in the order of each side. */
function flattened({ where, channelsFirst }: Walk, flow: Flow): Flow {
  const [row, map] = [rowOf(flow), mapOf(flow)];
  if (row !== undefined) return flow;
  if (!channelsFirst) return newRow();
  if (map === undefined || map.some(Number.isNaN)) {
    const fix = `Pass the sizes of an image: { input: [28, 28, 1] }. ${ROW_BY_ROW}`;
    throw unusable(where, 'input', 'must be the shape of one example, as flatten() reads maps', { seen: 'none', fix });
  }
  const made = newRow(map.reduce((product, size) => product * size, 1));
  noteMap(where, made.row, map);
  return made;
}

const reshaped: Visit = (walk, _, made, flow) => {
  const shape = option(made, 'shape') as number[];
  if (shape.length === 1) return flattened(walk, flow);
  if (shape.length !== 3) return undefined;
  if (!walk.channelsFirst || mapOf(flow) !== undefined) return { map: shape };
  const row = rowOf(flow) ?? {};
  noteMap(walk.where, row, shape);
  if (flow === undefined) walk.plain.push(row);
  return { map: shape };
};

const scaled =
  (factorOf: (made: Architecture) => number): Visit =>
  (_walk, _part, made, flow) => {
    const map = mapOf(flow);
    return map && { map: [map[0]! * factorOf(made), map[1]! * factorOf(made), map[2]!] };
  };

const residual: Visit = (walk, _, { parts: [body, shortcut] }, flow, path) => {
  const out = visit(walk, body!, flow, `${path}body.`);
  const past = shortcut === undefined ? flow : visit(walk, shortcut, flow, `${path}shortcut.`);
  const [row, other] = [rowOf(out), rowOf(past)];
  if (row !== undefined && other !== undefined) sameFeatures(row, other);
  return out ?? past;
};

const withCondition: Visit = (walk, _, { parts: [body, labels] }, flow, path) => {
  const vectors = rowOf(visit(walk, labels!, undefined, `${path}labels.`));
  const [row, map] = [rowOf(flow), mapOf(flow)];
  const longer = map && { map: [map[0]!, map[1]!, map[2]! + (vectors?.size ?? NaN)] };
  return visit(walk, body!, row === undefined ? longer : { row: { start: row } }, `${path}body.`);
};

const withProjection: Visit = (walk, _, { parts: [head, labels] }, flow, path) => {
  const out = visit(walk, head!, flow, `${path}head.`);
  const [row, vectors] = [rowOf(flow), rowOf(visit(walk, labels!, undefined, `${path}labels.`))];
  if (row !== undefined && vectors !== undefined) sameFeatures(row, vectors);
  return out;
};

const withScaleAndShift: Visit = (walk, _, { parts: [body, labels] }, flow, path) => {
  const out = visit(walk, body!, flow, `${path}body.`);
  const vectors = visit(walk, labels!, undefined, `${path}labels.`);
  walk.plain.push(...[rowOf(out), rowOf(vectors)].filter((row) => row !== undefined));
  return out;
};

const withTimesteps: Visit = (walk, _, { parts: [body, time, labels] }, flow, path) => {
  const out = visit(walk, body!, flow, `${path}body.`);
  visit(walk, time!, undefined, `${path}time.`);
  if (labels !== undefined) visit(walk, labels, undefined, `${path}labels.`);
  return out;
};

const spectralNorm: Visit = (walk, _, { parts: [layer, memory] }, flow, path) => {
  const { out, slots } = weightedLayer(layer!, flow, path, 'parametrizations.weight.original');
  walk.slots.push(...spectralSlots(slots, memory!.buffers![0]!, path, rowOf(out)));
  return out;
};

const same: Visit = (_walk, _part, _made, flow) => flow;

const visits: Readonly<Record<string, Visit>> = {
  sequential: inOrder,
  mlp: inOrder,
  convDecoder: inOrder,
  convEncoder: onImages,
  dcganDiscriminator: onImages,
  dcganGenerator: (walk, part, made, flow, path) =>
    (option(made, 'classes') === undefined ? inOrder : withCondition)(walk, part, made, flow, path),
  residual,
  residualBlock: residual,
  denoisingMlp: withTimesteps,
  withCondition,
  withProjection,
  withScaleAndShift,
  withTimesteps,
  spectralNorm,
  dense: weighted,
  conv2d: weighted,
  conv2dTranspose: weighted,
  embedding: (walk, part, made, _, path) => {
    const out = newRow(sizeOption(made, 'size'));
    walk.slots.push(...layerSlots['embedding']!(part, path, { out: out.row }));
    return out;
  },
  batchNorm: norm(() => true),
  layerNorm: norm(() => true),
  groupNorm: norm((made) => sizeOption(made, 'groups', 8) === sizeOption(made, 'inputs')),
  attention: (walk, part, _, flow, path) => {
    walk.slots.push(...layerSlots['attention']!(part, path, {}));
    return flow;
  },
  timeEmbedding: (_walk, _part, made) => newRow(sizeOption(made, 'size')),
  flatten: (walk, _part, _made, flow) => flattened(walk, flow),
  reshape: reshaped,
  upsample: scaled((made) => sizeOption(made, 'factor', 2)),
  minibatchStddev: (_walk, _part, _made, flow) => {
    const [row, map] = [rowOf(flow), mapOf(flow)];
    if (row !== undefined) return { row: { start: row } };
    return map && { map: [map[0]!, map[1]!, map[2]! + 1] };
  },
  dropout: same,
  gaussianNoise: same,
  inPatches: (walk, _, { parts: [body], ...made }, flow, path) => {
    const size = sizeOption({ parts: [], ...made }, 'size', 2);
    const map = mapOf(flow);
    const folded = map && { map: [map[0]! / size, map[1]! / size, map[2]! * size ** 2] };
    const out = mapOf(visit(walk, body!, folded, `${path}body.`));
    return out && { map: [out[0]! * size, out[1]! * size, out[2]! / size ** 2] };
  },
};

/** Throws if PyTorch's order of features would be one that this model cannot take. */
export function checkPlain({ where, plain }: Walk): void {
  if (plain.every((row) => orderOf(row, 0) === undefined)) return;
  const seen = 'a flattened map where features cannot be reordered: at the ends, in groups or as scales';
  throw unusable(where, 'part', 'must have flattened maps between layers alone', { seen, fix: ROW_BY_ROW });
}
