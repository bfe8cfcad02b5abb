import { unusable } from '../tensor/errors.js';

/**
 * The features of a row, `[batch, size]`. If they come from a flattened map or become one, ours are ordered pixel by pixel, and
 * PyTorch's channel by channel. This may become known only some layers later.
 */
export interface Features {
  /** If set, these are the same features, and record what is known about both. */
  same?: Features | undefined;
  /** The map from which they are flattened, or which they become: `[height, width, channels]` or `[steps, channels]`. */
  map?: readonly number[] | undefined;
  /** If set, the row begins with these features, and others follow. */
  readonly start?: Features | undefined;
  /** Their number, if it is known. */
  readonly size?: number | undefined;
}

/** Records that two rows have the same features, because they are added. */
export function sameFeatures(a: Features, b: Features): void {
  const [first, second] = [rootOf(a), rootOf(b)];
  if (first === second) return;
  first.map ??= second.map;
  second.same = first;
}

/** Records the map from which features are flattened, or which they become. */
export function noteMap(where: string, features: Features, map: readonly number[]): void {
  const root = rootOf(features);
  const known = root.map;
  if (root.start !== undefined || (known !== undefined && known.join() !== map.join())) {
    const seen = `features of [${(known ?? root.start?.map ?? []).join(', ')}] as [${map.join(', ')}]`;
    throw unusable(where, 'part', 'must use features as only one map', { seen, fix: ROW_BY_ROW });
  }
  root.map = map;
}

export const ROW_BY_ROW = "If the model in Python flattens [batch, height, width, channels], pass { images: 'NHWC' }.";

/** For each of PyTorch's features, the index of ours; undefined if the order is the same. */
export function orderOf(features: Features | undefined, size: number): Int32Array | undefined {
  if (features === undefined) return undefined;
  const { map, start } = rootOf(features);
  if (start !== undefined) {
    const first = orderOf(start, 0);
    return first && Int32Array.from({ length: size }, (_, i) => first[i] ?? i);
  }
  if (map === undefined) return undefined;
  const channels = map.at(-1)!;
  const places = map.slice(0, -1).reduce((product, size) => product * size, 1);
  if (channels === 1 || places === 1) return undefined;
  return Int32Array.from({ length: places * channels }, (_, i) => (i % places) * channels + Math.floor(i / places));
}

function rootOf(features: Features): Features {
  let root = features;
  while (root.same !== undefined) root = root.same;
  return root;
}
