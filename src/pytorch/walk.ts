import type { Part } from '../nets/network.js';
import { unusable } from '../tensor/errors.js';
import { noteOf } from '../tensor/made-by.js';
import { orderOf, ROW_BY_ROW, sameFeatures } from './features.js';
import { mapOf, option, rowOf, sizeOption, withChannels, type Flow, type Visit, type Walk } from './flow.js';
import { layerVisits, ownPart } from './layer-visits.js';

/** Walks through a part down to its layers, and records their tensors; returns the part's output. */
export function visit(walk: Walk, part: Part, flow: Flow, path: string): Flow {
  const made = noteOf(part);
  const { kind = '', parts = [] } = made ?? {};
  const known = layerVisits[kind] ?? visits[kind] ?? (parts.length > 0 ? visitParts : undefined);
  if (made !== undefined && known !== undefined) return known(walk, part, made, flow, path);
  if (part.variables.length + (part.buffers ?? []).length === 0) return flow;
  throw ownPart(walk.where, part, path);
}

/** Visits a part that contains networks, or a network that wraps others; the output is unknown. */
const visitParts: Visit = (walk, _, { parts = [] }, flow, path) => {
  parts.forEach((inner, i) => visit(walk, inner, flow, parts.length === 1 ? path : `${path}${i}.`));
  return undefined;
};

/** Visits the networks of a composition in order; an activation counts as a separate module, as in torch.nn.Sequential. */
const visitInOrder: Visit = (walk, _, { parts = [] }, flow, path) => {
  let place = 0;
  for (const layer of parts) {
    flow = visit(walk, layer, flow, `${path}${place}.`);
    const made = noteOf(layer);
    const isActivated =
      made !== undefined && (made.kind ?? '') in layerVisits && option(made, 'activation') !== undefined;
    place += isActivated ? 2 : 1;
  }
  return flow;
};

/** Visits a composition whose options include the shape of its images. */
const visitOnImages: Visit = (walk, part, made, flow, path) =>
  visitInOrder(walk, part, made, flow ?? { map: option(made, 'shape') as number[] }, path);

const residual: Visit = (walk, _, { parts: [body, shortcut] = [] }, flow, path) => {
  const out = visit(walk, body!, flow, `${path}body.`);
  const skipped = shortcut === undefined ? flow : visit(walk, shortcut, flow, `${path}shortcut.`);
  const [row, other] = [rowOf(out), rowOf(skipped)];
  if (row !== undefined && other !== undefined) sameFeatures(row, other);
  return out ?? skipped;
};

const withCondition: Visit = (walk, _, { parts: [body, labels] = [] }, flow, path) => {
  const vectors = rowOf(visit(walk, labels!, undefined, `${path}labels.`));
  const [row, map] = [rowOf(flow), mapOf(flow)];
  const longer = withChannels(map, (channels) => channels + (vectors?.size ?? NaN));
  return visit(walk, body!, row === undefined ? longer : { row: { start: row } }, `${path}body.`);
};

const withPicture: Visit = (walk, _, made, flow, path) => {
  const [row, map] = [rowOf(flow), mapOf(flow)];
  const longer = withChannels(map, (channels) => channels + sizeOption(made, 'channels'));
  visit(walk, made.parts![0]!, row === undefined ? longer : { row: { start: row } }, path);
  return undefined;
};

const concatLatents: Visit = (walk, _, { parts: [data, above] = [] }, flow, path) => {
  const rows = [
    rowOf(visit(walk, data!, flow, `${path}data.`)),
    rowOf(visit(walk, above!, undefined, `${path}above.`)),
  ];
  walk.plain.push(...rows.filter((row) => row !== undefined));
  return undefined;
};

const withProjection: Visit = (walk, _, { parts: [head, labels] = [] }, flow, path) => {
  const out = visit(walk, head!, flow, `${path}head.`);
  const [row, vectors] = [rowOf(flow), rowOf(visit(walk, labels!, undefined, `${path}labels.`))];
  if (row !== undefined && vectors !== undefined) sameFeatures(row, vectors);
  return out;
};

const withScaleAndShift: Visit = (walk, _, { parts: [body, labels] = [] }, flow, path) => {
  const out = visit(walk, body!, flow, `${path}body.`);
  const vectors = visit(walk, labels!, undefined, `${path}labels.`);
  walk.plain.push(...[rowOf(out), rowOf(vectors)].filter((row) => row !== undefined));
  return out;
};

const withTimesteps: Visit = (walk, _, { parts: [body, time, labels] = [] }, flow, path) => {
  const out = visit(walk, body!, flow, `${path}body.`);
  visit(walk, time!, undefined, `${path}time.`);
  if (labels !== undefined) visit(walk, labels, undefined, `${path}labels.`);
  return out;
};

const withStepSizes: Visit = (walk, _, { parts: [time, sizes] = [] }, __, path) => {
  const out = visit(walk, time!, undefined, path);
  visit(walk, sizes!, undefined, `${path}sizes.`);
  return out;
};

const ditBlock: Visit = (walk, _, { parts = [] }, flow, path) => {
  const names = ['attention', 'mlp.0', 'mlp.2', 'modulation', 'context'];
  parts.forEach((part, i) => visit(walk, part, undefined, `${path}${names[i]}.`));
  return flow;
};

const withTokens: Visit = (walk, _, { parts: [body, text] = [] }, flow, path) => {
  const out = visit(walk, body!, flow, `${path}body.`);
  visit(walk, text!, undefined, `${path}text.`);
  return out;
};

const inside = (part: Part | undefined): readonly Part[] => noteOf(part!)?.parts ?? [];

const dit: Visit = (walk, _, { parts: [network] = [] }, flow, path) => {
  const [patches, time, labels] = inside(network);
  const [tokens, , ...layers] = inside(inside(patches)[0]);
  const [norm, last] = layers.splice(-2);
  const named: [string, Part | undefined][] = [
    ['patches', tokens],
    ...layers.map((block, i): [string, Part] => [`blocks.${i}`, block]),
    ['modulation', inside(norm)[1]],
    ['last', last],
    ['time', time],
    ['labels', labels],
  ];
  for (const [name, part] of named) if (part !== undefined) visit(walk, part, undefined, `${path}${name}.`);
  return flow;
};

const transformer: Visit = (walk, _, made, __, path) => {
  const { parts = [] } = made;
  const before = option(made, 'classes') === undefined ? ['tokens', 'places'] : ['tokens', 'places', 'labels'];
  const blocks = Array.from({ length: sizeOption(made, 'layers') }, (_, i) =>
    ['norm1', 'attention', 'norm2', 'mlp.0', 'mlp.2'].map((name) => `blocks.${i}.${name}`),
  );
  const names = [...before, ...blocks.flat(), 'norm', 'logits'];
  parts.forEach((part, i) => visit(walk, part, undefined, `${path}${names[i]}.`));
  return undefined;
};

/** The visits of compositions, by the functions that make the compositions. */
const visits: Readonly<Record<string, Visit>> = {
  sequential: visitInOrder,
  mlp: visitInOrder,
  convDecoder: visitInOrder,
  convEncoder: visitOnImages,
  dcganDiscriminator: visitOnImages,
  dcganGenerator: (walk, part, made, flow, path) =>
    (option(made, 'classes') === undefined ? visitInOrder : withCondition)(walk, part, made, flow, path),
  residual,
  residualBlock: residual,
  denoisingMlp: withTimesteps,
  dit,
  ditBlock,
  textEncoder: transformer,
  transformer,
  unet: visitParts,
  unet1d: visitParts,
  concatLatents,
  withCondition,
  withNamedCondition: visitParts,
  withPicture,
  withProjection,
  withScaleAndShift,
  withStepSizes,
  withTimesteps,
  withTokens,
  patchwise: (walk, _, made, flow, path) => {
    const size = sizeOption(made, 'size');
    const map = mapOf(flow);
    const folded = map && { map: [map[0]! / size, map[1]! / size, map[2]! * size ** 2] };
    const out = mapOf(visit(walk, made.parts![0]!, folded, `${path}body.`));
    return out && { map: [out[0]! * size, out[1]! * size, out[2]! / size ** 2] };
  },
};

/** Throws if features would have to be reordered where that is not possible. */
export function checkPlain({ where, plain }: Walk): void {
  if (plain.every((row) => orderOf(row, 0) === undefined)) return;
  const seen = 'a flattened map at the input or output, in groups or as scales, where features cannot be reordered';
  throw unusable(where, 'part', 'must have flattened maps only between layers', { seen, fix: ROW_BY_ROW });
}
