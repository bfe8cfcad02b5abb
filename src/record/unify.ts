import { constantBy } from './constant-by.js';
import { fit, type FreeSize } from './sizes.js';
import type { RecordedAttribute, RecordedNumbers, RecordedTensor, Size } from './recording.js';
import type { Trace, TracedLeaf, TracedNode } from './trace.js';

/** A recording in the making: values are still numbered. */
export interface Draft {
  readonly values: RecordedTensor[];
  readonly leaves: TracedLeaf[];
  readonly nodes: DraftNode[];
  readonly outputs: ReadonlyMap<string, number>;
  readonly updates: ReadonlyMap<string, number>;
}

export interface DraftNode extends Omit<TracedNode, 'attributes'> {
  readonly attributes: Readonly<Record<string, RecordedAttribute>>;
}

/** What differs if two calls run other operations. */
export const OTHER_OPERATIONS = 'the list of operations';

/** Throws because something depends on a free size in another way than a recording can say. */
export type Refuse = (what: string, numbers: readonly (number | string)[]) => never;

/**
 * Joins calls with other sizes, in the order of `combinationsOf`, into one draft in which numbers that differ are sums of products of sizes.
 * Constants at the places `host` become inputs of these names. Another constant that differs becomes operations: `Fill`, its reciprocal, `Range` or `Tile`.
 */
export function unify(
  traces: readonly Trace[],
  host: ReadonlyMap<number, string>,
  free: readonly FreeSize[],
  refuse: Refuse,
): Draft {
  const [first] = traces as [Trace, ...Trace[]];
  checkAlike(traces, refuse);
  const sizeOf = (numbers: readonly number[], what: () => string): Size =>
    fit(numbers, free) ?? refuse(what(), numbers);
  const unified = (found: readonly unknown[], what: () => string): RecordedAttribute => {
    const [one] = found;
    if (typeof one === 'number') return sizeOf(found as number[], what);
    if (Array.isArray(one) || ArrayBuffer.isView(one)) {
      const lists = found.map((list) => [...(list as unknown[])]);
      if (lists.some(({ length }) => length !== lists[0]!.length))
        refuse(
          what(),
          lists.map(({ length }) => length),
        );
      return lists[0]!.map((_, i) =>
        unified(
          lists.map((list) => list[i]),
          what,
        ),
      );
    }
    if (found.some((other) => other !== one)) refuse(what(), found.map(String));
    return one as string | boolean | null;
  };
  const values: RecordedTensor[] = first.values.map(({ dtype }, i) => ({
    dtype,
    shape: unified(
      traces.map(({ values }) => values[i]!.shape),
      () => operationOf(first, i),
    ) as Size[],
  }));
  const nodes = first.nodes.map((node, i): DraftNode => {
    const found = traces.map(({ nodes }) => nodes[i]!.attributes);
    const attributes = Object.keys(node.attributes).map((key) => {
      const attribute = unified(found.map((one) => one[key]), () => `\`${key}\` of ${node.operation}`); // prettier-ignore
      return [key, attribute] as const;
    });
    return { ...node, attributes: Object.fromEntries(attributes) };
  });
  const before: DraftNode[] = [];
  const inputs = new Map<string, number>();
  const leaves = first.leaves.flatMap((leaf, i): TracedLeaf[] => {
    const name = host.get(i);
    if (name !== undefined) {
      const same = inputs.get(name);
      if (same !== undefined)
        before.push({ operation: 'Identity', inputs: { x: same }, attributes: {}, outputs: [leaf.id] });
      else inputs.set(name, leaf.id);
      return same === undefined ? [{ ...leaf, kind: 'input', name, isChosen: true }] : [];
    }
    const found = traces.map(({ leaves }) => leaves[i]!.data);
    const isSame = found.every((data) => isEqual(data, leaf.data));
    if (leaf.kind !== 'constant' || isSame) return [leaf];
    const made = constantBy(leaf, found, values, free);
    if (made === undefined) return refuse('a constant', found.map((data) => `[${data.slice(0, 3).join()}${data.length > 3 ? ', ...' : ''}]`)); // prettier-ignore
    before.push(...made.nodes);
    return made.leaves;
  });
  return { ...first, values, nodes: [...before, ...nodes], leaves };
}

/** Refuses unless all calls ran the same operations. */
export function checkAlike(traces: readonly Trace[], refuse: Refuse): void {
  const [first, ...others] = traces as [Trace, ...Trace[]];
  for (const other of others) {
    const { length } = first.nodes.length < other.nodes.length ? other.nodes : first.nodes;
    for (let i = 0; i < length; i++) {
      const [a, b] = [first.nodes[i], other.nodes[i]];
      const isAlike =
        a?.operation === b?.operation &&
        JSON.stringify([a?.inputs, a?.outputs]) === JSON.stringify([b?.inputs, b?.outputs]);
      if (!isAlike) refuse(OTHER_OPERATIONS, [a?.operation ?? 'nothing', b?.operation ?? 'nothing']);
    }
    if (
      first.leaves.length !== other.leaves.length ||
      first.leaves.some(({ id, name }, i) => other.leaves[i]!.id !== id || other.leaves[i]!.name !== name)
    )
      refuse('the list of constants', [first.leaves.length, other.leaves.length]);
  }
}

/** Whether all calls ran the same operations. */
export function areAlike(traces: readonly Trace[]): boolean {
  try {
    checkAlike(traces, () => {
      throw new Error();
    });
    return true;
  } catch {
    return false;
  }
}

function operationOf({ nodes }: Trace, id: number): string {
  const node = nodes.find(({ outputs }) => outputs.includes(id));
  return node === undefined ? 'a constant' : `the shape of what ${node.operation} gives`;
}

export function isEqual(a: RecordedNumbers, b: RecordedNumbers): boolean {
  return a.length === b.length && a.every((number, i) => Object.is(number, b[i]));
}
