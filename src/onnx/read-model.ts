import { FORMAT, VERSION, type LayerText } from '../model/architecture-text.js';
import { unusable } from '../tensor/errors.js';
import { atOnce } from '../training/pause.js';
import { checksumOf, checksumOfText } from '../training/saving/checksum.js';
import { fromHalves } from '../training/saving/halves.js';
import { buildLayer, weightsOf } from './build-layer.js';
import type { Layer } from './layer.js';
import { unknownIn } from './refusals.js';

/** Numbers with which the description alone would make a program use much memory. */
const TOO_LARGE = /"(blocks|layers)":\d{5}|(?<![.\d])[1-9]\d{8}/;

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
    const tensors = Object.keys(header)
      .slice(1)
      .map((_, i) => {
        const { dtype, shape, data_offsets: offsets } = header[i]!;
        const { buffer } = bytes.slice(start + offsets[0], start + offsets[1]);
        const numbers = dtype === 'F16' ? fromHalves(new Uint16Array(buffer)) : new Float32Array(buffer);
        return { shape, numbers };
      });
    const sums = {
      metadata: checksumOfText(JSON.stringify(entries)),
      tensors: { ...tensors.map(({ numbers }) => atOnce(checksumOf(numbers))) },
    };
    const { format, model: text = '' } = metadata;
    const { version, layers: texts, model } = JSON.parse(text) as Text;
    if (
      format === FORMAT &&
      version === VERSION &&
      !TOO_LARGE.test(text) &&
      JSON.stringify(sums) === checksums &&
      // no checksum covers the shapes
      tensors.every(({ shape, numbers }) => shape.reduce((size, axis) => size * axis, 1) === numbers.length)
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
      const left = tensors.length - all.length;
      const before = weightsOf(parts.slice(0, parts.findIndex((part) => unknownIn(part) !== undefined) + 1)).length;
      all.forEach((weights, i) => {
        const place = i < before ? i : i + left;
        Object.assign(weights, tensors[place], { name: String(place) });
      });
      const chosen = parts[names.length > 1 ? names.indexOf(name) : 0];
      if (chosen !== undefined) return chosen;
    }
  } catch {
    // the error below says what is wrong
  }
  const [seen, fix] = names.length > 0 ? [`a file of ${names.join(', ')}`, 'Pass `part`.'] : [];
  throw unusable(where, 'part', 'must be a part, or a file of saveModel', { got: bytes, seen, fix });
}
