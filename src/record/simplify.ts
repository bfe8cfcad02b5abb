import type { RecordedNumbers, RecordedTensor } from './recording.js';
import type { Draft, DraftNode } from './unify.js';

/** Removes what nothing needs, joins equal constants and equal operations, and follows chains of shapes. */
export function simplify(draft: Draft): Draft {
  return prune(join(draft));
}

function join({ values, leaves, nodes, outputs, updates }: Draft): Draft {
  const renamed = new Map<number, number>();
  const seen = new Map<string, readonly number[]>();
  const at = (id: number): number => renamed.get(id) ?? id;
  const kept = leaves.filter(({ id, kind, data }) => {
    if (kind !== 'constant') return true;
    const key = textOf(values[id]!) + textOfNumbers(data);
    const same = seen.get(key);
    if (same !== undefined) renamed.set(id, same[0]!);
    else seen.set(key, [id]);
    return same === undefined;
  });
  const reshapes = new Map<number, number>();
  const joined = nodes.flatMap((node): DraftNode[] => {
    const inputs = Object.fromEntries(Object.entries(node.inputs).map(([key, id]) => [key, at(id)]));
    const [output] = node.outputs as [number];
    const { operation } = node;
    if (operation === 'Reshape' || operation === 'ExpandDims') {
      const x = reshapes.get(Object.values(inputs)[0]!) ?? Object.values(inputs)[0]!;
      if (textOf(values[x]!) === textOf(values[output]!)) {
        renamed.set(output, x);
        return [];
      }
      reshapes.set(output, x);
      return once({ operation: 'Reshape', inputs: { x }, attributes: {}, outputs: node.outputs });
    }
    const [x] = Object.values(inputs);
    const isSame = operation === 'Identity' || (operation === 'Cast' && values[x!]!.dtype === values[output]!.dtype);
    if (isSame) {
      renamed.set(output, x!);
      return [];
    }
    return once({ ...node, inputs });
  });
  /** The node, or nothing if an equal one is there. */
  function once(node: DraftNode): DraftNode[] {
    const { operation, inputs, attributes, outputs } = node;
    const results = outputs.map((id) => textOf(values[id]!));
    const key = JSON.stringify([operation, inputs, attributes, results], numberText);
    const same = seen.get(key);
    if (same === undefined || operation === 'Together') {
      seen.set(key, outputs);
      return [node];
    }
    outputs.forEach((id, i) => renamed.set(id, same[i]!));
    return [];
  }
  const moved = (names: ReadonlyMap<string, number>) => new Map(Array.from(names, ([name, id]) => [name, at(id)]));
  return { values, leaves: kept, nodes: joined, outputs: moved(outputs), updates: moved(updates) };
}

/** Removes operations whose results nothing needs, and constants and variables that nothing reads. */
export function prune(draft: Draft): Draft {
  const needed = new Set([...draft.outputs.values(), ...draft.updates.values()]);
  const nodes = [...draft.nodes].reverse().filter(({ inputs, outputs }) => {
    const isNeeded = outputs.some((id) => needed.has(id));
    if (isNeeded) for (const id of Object.values(inputs)) needed.add(id);
    return isNeeded;
  });
  const leaves = draft.leaves.filter(
    ({ id, kind, name }) => needed.has(id) || kind === 'input' || kind === 'draw' || draft.updates.has(name),
  );
  return { ...draft, nodes: nodes.reverse(), leaves };
}

const textOf = ({ shape, dtype }: RecordedTensor): string => JSON.stringify([dtype, shape]);

/** The bits of numbers as text: -0 is not 0, and NaN is NaN. */
function textOfNumbers(data: RecordedNumbers): string {
  return Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).join();
}

/** JSON has no text for infinity, NaN and -0. */
const numberText = (_: string, value: unknown): unknown =>
  typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
    ? `${Object.is(value, -0) ? '-0' : value}`
    : value;
