import { FORMAT, VERSION, type LayerText } from '../model/architecture-text.js';
import { isOurs, unusable } from '../tensor/errors.js';
import { atOnce } from '../training/pause.js';
import { checksumOf, checksumOfText } from '../training/saving/checksum.js';
import { fromHalves } from '../training/saving/halves.js';
import { buildLayer, fill, weightsOf } from './build-layer.js';
import type { Layer, Weights } from './layer.js';
import { unknownIn } from './refusals.js';

/** Numbers with which the description alone would make a program use much memory. */
const TOO_LARGE = /"(blocks|layers)":\d{5}|(?<![.\d])[1-9]\d{8}/;

interface Header {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** Reads a part from a model file, without making it. */
export function readModel(where: string, bytes: Uint8Array, name: string | undefined): Layer {
  const reject = (rule: string, seen: string, fix?: string): never => {
    throw unusable(where, 'part', rule, { seen, fix });
  };
  try {
    const start = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start))) as Readonly<Record<string, Header>>;
    const { checksums, ...metadata } = header['__metadata__'] as unknown as Readonly<Record<string, string>>;
    if (metadata['format'] !== FORMAT) throw new Error(`the format '${metadata['format']}'`);
    const sums = JSON.parse(checksums!) as { readonly metadata: string; readonly tensors: Readonly<Record<string, string>> };
    const check = (sum: string | undefined, expected: string | undefined): void => {
      if (sum !== expected) throw new Error('another checksum, as it is damaged');
    };
    check(checksumOfText(JSON.stringify(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)))), sums.metadata);
    const tensors = Array.from({ length: Object.keys(header).length - 1 }, (_, i) => {
      const { dtype, shape, data_offsets: [begin, end] } = header[i]!;
      const { buffer } = bytes.slice(start + begin, start + end);
      const numbers = dtype === 'F16' ? fromHalves(new Uint16Array(buffer)) : new Float32Array(buffer);
      check(atOnce(checksumOf(numbers)), sums.tensors[i]);
      return { shape, numbers };
    });
    const text = JSON.parse(metadata['model']!) as {
      readonly version: number;
      readonly layers: readonly LayerText[];
      readonly model: number | Readonly<Record<string, number>>;
    };
    if (TOO_LARGE.test(metadata['model']!)) throw new Error('an option of a large number');
    if (text.version !== VERSION) throw new Error(`the version ${text.version}`);
    const layers: Layer[] = [];
    for (const { kind, options = {}, parts = [] } of text.layers) {
      layers.push(buildLayer(kind, options, parts.map((place) => layers[place]!)));
    }
    const roots = Object.entries(typeof text.model === 'number' ? { '': text.model } : text.model).map(([name, place]) => [name, layers[place]!] as const);
    const chosen = roots.find(([own]) => roots.length === 1 || own === name);
    if (chosen === undefined) {
      reject('must be a file with one part, or the option `part` name one of several', roots.map(([own]) => own).join(', '));
    }
    // a part that cannot be exported has the tensors that are left
    const all = weightsOf(roots.map(([, root]) => root));
    const unknown = roots.findIndex(([, root]) => unknownIn(root) !== undefined);
    const before = weightsOf(roots.slice(0, unknown + 1).map(([, root]) => root)).length;
    const left = unknown < 0 ? 0 : tensors.length - all.length;
    const others = Array.from({ length: left }, () => ({}) as Weights);
    fill(where, [...all.slice(0, before), ...others, ...all.slice(before)], tensors);
    return chosen![1];
  } catch (error) {
    if (isOurs(error)) throw error;
    return reject(`must be a part, or a file of saveModel ("${FORMAT}")`, `a file with ${(error as Error).message}`);
  }
}
