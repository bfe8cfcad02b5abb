import type { LayerText } from './architecture-text.js';
import { makers, type Options } from './makers.js';

/** The largest number of layers in a list, and of layers run in one pass. */
export const MAX_LAYERS = 2000;

/** The largest depth of nested networks: a pass and a disposal recurse this deep. */
export const MAX_DEPTH = 100;

/** The largest number of tensors in a file. */
export const MAX_TENSORS = 2 ** 14;

/** The largest sum of the numbers of variables of all networks; each network also lists those of its parts. */
export const MAX_LISTED = 2 ** 20;

/** The largest number of numbers in an option. */
const MAX_NUMBERS = 1024;

/** The largest factor by which a map may grow in height and width. */
const MAX_MAGNIFICATION = 4096;

/** The largest number of values per example, for options that give a shape. */
const MAX_PIXELS = 2 ** 28;

/** The largest number of widths of a network that halves its maps; no picture can be halved more often. */
const MAX_HALVINGS = 32;

/** Describes a list in an option that exceeds a limit; undefined if none does. */
export function beyondLimit(name: string, value: unknown): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const numbers: readonly unknown[] = value;
  const isShape = /^(shape|size|outputSize)$/.test(name);
  if (isShape && numbers.reduce<number>((product, size) => product * Number(size), 1) > MAX_PIXELS) {
    return `a map of ${numbers.join(' x ')} numbers, and at most ${MAX_PIXELS} are allowed`;
  }
  const count = name === 'widths' ? MAX_HALVINGS : MAX_NUMBERS;
  return numbers.length > count ? `${numbers.length} numbers in ${name}, and at most ${count} are allowed` : undefined;
}

/** The cost of a pass through a layer; a part counts each time it runs. */
interface Extent {
  readonly layers: number;
  readonly depth: number;
  /** The size of the output relative to the input, and that of the largest map in between. */
  readonly scale: number;
  readonly peak: number;
}

/**
 * Describes a layer whose composition exceeds a limit, with its index; undefined if none does. Each layer comes before those that contain it.
 *
 * @param optionsOf - the options with which a layer was made, including those that the file lacks
 */
export function tooLarge(
  layers: readonly LayerText[],
  optionsOf: (place: number) => object,
): { readonly place: number; readonly seen: string } | undefined {
  const extents: Extent[] = [];
  for (const [place, layer] of layers.entries()) {
    const extent = extentOf(
      layer.kind,
      optionsOf(place) as Options,
      layer.parts.map((part) => extents[part]!),
    );
    extents.push(extent);
    const reject = (seen: string) => ({ place, seen });
    if (extent.layers > MAX_LAYERS) return reject(`more than ${MAX_LAYERS} layers in a pass`);
    if (extent.depth > MAX_DEPTH) return reject(`networks nested more than ${MAX_DEPTH} deep`);
    if (extent.peak > MAX_MAGNIFICATION) return reject(`maps enlarged more than ${MAX_MAGNIFICATION} times`);
  }
  return undefined;
}

function extentOf(kind: string, options: Options, parts: readonly Extent[]): Extent {
  const layers = parts.reduce((sum, part) => sum + part.layers, 1);
  const depth = parts.reduce((deepest, part) => Math.max(deepest, part.depth), 0) + 1;
  if (kind === 'sequential') {
    const ends = parts.reduce<{ scale: number; peak: number }>(
      ({ scale, peak }, part) => ({ scale: scale * part.scale, peak: Math.max(peak, scale * part.peak) }),
      { scale: 1, peak: 1 },
    );
    return { layers, depth, ...ends };
  }
  if (parts.length > 0) {
    const peak = Math.max(...parts.map((part) => part.peak));
    return { layers, depth, scale: parts[0]!.scale, peak };
  }
  const scale = makers.get(kind)?.scale?.(options) ?? 1;
  return { layers, depth, scale, peak: Math.max(1, scale) };
}
