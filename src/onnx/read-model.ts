import { FORMAT, VERSION, type LayerText } from '../model/architecture-text.js';
import { areTooLarge, sizesIn } from '../model/sizes-in.js';
import { unusable } from '../tensor/errors.js';
import { atOnce } from '../training/pause.js';
import { checksumOf, checksumOfText } from '../training/saving/checksum.js';
import { fromHalves } from '../training/saving/halves.js';
import { buildLayer, weightsOf } from './build-layer.js';
import type { Layer } from './layer.js';
import { unknownIn } from './refusals.js';

/** The largest number of layers in a pass, and of nested ones, in a file of saveModel. */
const [MAX_LAYERS, MAX_DEPTH] = [2000, 100];

/** A tensor in the header of a file. */
interface Header {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

interface Text {
  readonly version: number;
  readonly layers: readonly LayerText[];
  readonly model: number | Readonly<Record<string, number>>;
}

/** Reads a part from a model file, without making it. */
export function readModel(where: string, bytes: Uint8Array, name = ''): Layer {
  let names: readonly string[] = [];
  try {
    const start = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start))) as Readonly<Record<string, Header>>;
    const { checksums, ...metadata } = header['__metadata__'] as unknown as Readonly<Record<string, string>>;
    const entries = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
    // tensors that overlap would take more memory than the file
    let left = bytes.length;
    const tensors = Object.keys(header)
      .slice(1)
      .map((_, i) => {
        const { dtype, shape, data_offsets: offsets } = header[i]!;
        left -= Math.abs(offsets[1] - offsets[0]);
        const { buffer } = bytes.slice(start + offsets[0], left >= 0 ? start + offsets[1] : 0);
        const numbers = dtype === 'F16' ? fromHalves(new Uint16Array(buffer)) : new Float32Array(buffer);
        return { shape, numbers };
      });
    const sums = {
      metadata: checksumOfText(JSON.stringify(entries)),
      tensors: { ...tensors.map(({ numbers }) => atOnce(checksumOf(numbers))) },
    };
    const { format, model: text = '' } = metadata;
    const { version, layers: texts, model } = JSON.parse(text) as Text;
    const sizes = texts.reduce((sum, { options = {} }) => sum + sizesIn(options), 0);
    const count = tensors.reduce((sum, { numbers }) => sum + numbers.length, 0);
    if (
      format === FORMAT &&
      version === VERSION &&
      !areTooLarge(sizes, count) &&
      areFew(texts) &&
      JSON.stringify(sums) === checksums &&
      // no checksum covers the shapes
      tensors.every(
        ({ shape, numbers }) => shape.reduce((size, axis) => size * (axis > 0 ? axis : NaN), 1) === numbers.length,
      )
    ) {
      const layers: Layer[] = [];
      for (const { kind, options = {}, parts = [] } of texts) {
        layers.push(
          buildLayer(
            kind,
            options,
            parts.map((place) => layers[place]!),
          ),
        );
      }
      const roots = typeof model === 'number' ? { '': model } : model;
      const parts = Object.values(roots).map((place) => layers[place]!);
      names = Object.keys(roots);
      // a part that cannot be exported has the tensors that are left
      const all = weightsOf(parts);
      const others = tensors.length - all.length;
      const unknown = parts.findIndex((part) => unknownIn(part) !== undefined);
      const before = weightsOf(parts.slice(0, unknown + 1)).length;
      all.forEach((weights, i) => {
        const place = i < before ? i : i + others;
        Object.assign(weights, tensors[place], { name: String(place) });
      });
      const chosen = parts[names.length > 1 ? names.indexOf(name) : 0];
      if (chosen !== undefined && (unknown < 0 ? others === 0 : others >= 0)) return chosen;
    }
  } catch {
    // the error below says what is wrong
  }
  const [seen, fix] = names.length > 0 ? [`a file of ${names.join(', ')}`, 'Pass `part`.'] : [];
  throw unusable(where, 'part', 'must be a part, or a file of saveModel', { got: bytes, seen, fix });
}

/** Whether a pass runs no more layers than a file may have, nested no deeper. A layer comes after those in it. */
function areFew(layers: readonly Partial<LayerText>[]): boolean {
  const counts: number[] = [];
  const depths: number[] = [];
  for (const { parts = [] } of layers) {
    counts.push(parts.reduce((sum, part) => sum + counts[part]!, 1));
    depths.push(parts.reduce((deepest, part) => Math.max(deepest, depths[part]!), 0) + 1);
  }
  return counts.every((count) => count <= MAX_LAYERS) && depths.every((depth) => depth <= MAX_DEPTH);
}
