import { isOurs, shapeText, unusable } from '../tensor/errors.js';
import { parseJson } from '../training/json.js';
import { withPauses } from '../training/pause.js';
import { decodeIntact } from '../training/saving/checksums.js';
import { FORMAT, VERSION, type LayerText } from '../model/architecture-text.js';
import { buildLayer, checkKinds, newWeights, weightsOf, type Refuse } from './build-layer.js';
import { kinds } from './kinds.js';
import type { Layer } from './layer.js';
import { partKinds } from './part-kinds.js';

/** The largest number in an option of a file, so that its description cannot make a program use much memory. */
const LARGEST = 2 ** 24;

/** Reads a part from a model file, without making it. */
export async function readModel(
  where: string,
  bytes: Uint8Array,
  name: string | undefined,
  refuse: Refuse,
): Promise<Layer> {
  const { metadata, tensors } = await withPauses(decodeIntact(where, bytes));
  const reject = (rule: string, seen: string, fix?: string): never => {
    throw unusable(where, 'part', rule, { seen, fix });
  };
  const text = (parseJson(metadata['model'] ?? '') ?? {}) as unknown as {
    readonly version?: number;
    readonly layers: readonly LayerText[];
    readonly model: number | Readonly<Record<string, number>>;
  };
  if (metadata['format'] !== FORMAT || text.version !== VERSION) {
    const seen = `a file of the format '${metadata['format'] ?? 'unknown'}'`;
    return reject(`must be a part, or a file of saveModel ("${FORMAT}")`, seen);
  }
  const roots = typeof text.model === 'number' ? { '': text.model } : text.model;
  const names = Object.keys(roots);
  const chosen = name ?? (names.length === 1 ? names[0]! : '');
  if (!Object.hasOwn(roots, chosen)) {
    const fix = `Pass { part: '${names[0]}' }, for example.`;
    reject(
      'must be a file with one part, or one with the part of the option `part`',
      `one with ${names.join(', ')}`,
      fix,
    );
  }
  try {
    const layers: Layer[] = [];
    for (const { kind, options = {}, parts = [] } of text.layers) {
      checkSize(options, tensors.size);
      layers.push(
        buildLayer(
          kind,
          options,
          parts.map((place) => layers[place]!),
        ),
      );
    }
    const root = layers[roots[chosen]!]!;
    checkKinds(root, refuse);
    const all = Object.values(roots).map((place) => layers[place]!);
    const wanted = new Set(weightsOf([root]));
    weightsOf(withUnknown(all, tensors.size)).forEach((weights, i) => {
      const { shape, data } = tensors.get(String(i))!;
      if (!wanted.has(weights)) return;
      if (shape.join() !== weights.shape.join()) throw new Error(`the shape ${shapeText(shape)}`);
      Object.assign(weights, { name: String(i), numbers: data });
    });
    return root;
  } catch (error) {
    if (isOurs(error)) throw error;
    return reject('must be a file that this version can read', (error as Error).message);
  }
}

/** The roots, where a part that cannot be exported, and may stand before others, has the tensors that are left. */
function withUnknown(roots: readonly Layer[], tensors: number): readonly Layer[] {
  const left = Array.from({ length: tensors - weightsOf(roots).length }, () => newWeights([]));
  const unknown = roots.findIndex((root) => !isKnown(root));
  return roots.map((root, i) => (i === unknown ? { ...root, variables: [...root.variables, ...left] } : root));
}

function isKnown({ kind, parts }: Layer): boolean {
  return (kinds.has(kind) || partKinds.has(kind)) && parts.every(isKnown);
}

/** Throws if an option of a file is so large that the description alone would take much memory. */
function checkSize(options: Readonly<Record<string, unknown>>, tensors: number): void {
  for (const [name, value] of Object.entries(options)) {
    const most = name === 'blocks' || name === 'layers' ? tensors : LARGEST;
    const beyond = [value].flat().find((number) => typeof number === 'number' && number > most);
    if (beyond !== undefined) throw new RangeError(`${name} of ${String(beyond)}`);
  }
}
