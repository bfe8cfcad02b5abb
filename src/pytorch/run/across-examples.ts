import { inputList } from '../../record/input-list.js';
import type { RecordedNode, RecordedTensor, Recording, Size } from '../../record/recording.js';
import { axesOf } from '../source/python-printer.js';

/** How the parts of a result that processes have become the result of all examples. */
export type Joining = 'sum' | 'mean' | 'most' | 'least';

/** What has no axis of examples any more is a sum, a mean, or the largest or smallest number over them. */
const JOININGS: Readonly<Record<string, Joining>> = {
  Sum: 'sum',
  Mean: 'mean',
  Max: 'most',
  Min: 'least',
  BatchMatMul: 'sum',
  _FusedMatMul: 'sum',
  Einsum: 'sum',
  Conv2DBackpropFilter: 'sum',
  UnsortedSegmentSum: 'sum',
  ScatterNd: 'sum',
};
/** Operations along their last axis. */
const LAST = /^(Softmax|LogSoftmax|TopK)$/;
/** Operations along an axis, each example by what comes before or after it. */
const ALONG = /^(Cumsum|Reverse|GatherV2|ArgMax|ArgMin|StridedSlice|MirrorPad|Unpack|Pack)$/;

/** An axis of examples: `outer` times all examples, `inner` rows of each; `undefined` if all its rows are the same. */
interface Axis {
  readonly axis: number;
  readonly factor: number;
  readonly outer: number | undefined;
}

type Axes = ReadonlyMap<RecordedTensor, Axis>;

/**
 * Finds which operations must be joined over processes so that each has what one process with all examples would have: those after which no axis of examples is
 * left. Undefined if examples depend on each other in another way, such as in groups or pairs.
 */
export function acrossExamples({ inputs, draws, nodes }: Recording): ReadonlyMap<RecordedNode, Joining> | undefined {
  const axes = new Map<RecordedTensor, Axis>();
  const joinings = new Map<RecordedNode, Joining>();
  for (const { tensor } of [...inputs, ...draws]) {
    const axis = axisOf(tensor);
    if (axis === 'several') return undefined;
    if (axis) axes.set(tensor, { ...axis, outer: axis.factor });
  }
  for (const node of nodes) {
    if (node.operation === 'Together') continue;
    const own = Object.values(node.inputs).flatMap((tensor) => axes.get(tensor) ?? []);
    for (const output of node.outputs) {
      const found = axisOf(output);
      if (found === 'several') return undefined;
      if (found === undefined) {
        const joining = own.length > 0 ? joiningOf(axes, node) : undefined;
        if (own.length > 0 && joining === undefined) return undefined;
        if (joining) joinings.set(node, joining);
        continue;
      }
      const outer = outerOf(axes, node, own, found, output);
      if (outer === 'other') return undefined;
      axes.set(output, { ...found, outer });
    }
  }
  return joinings;
}

/** How the result of an operation that has no axis of examples any more is joined; undefined if it cannot be. */
function joiningOf(axes: Axes, { operation, inputs, attributes }: RecordedNode): Joining | undefined {
  // a sum is joined before something is added to it
  if (inputs['bias'] || (attributes['activation'] ?? 'linear') !== 'linear') return undefined;
  if (operation === 'ScatterNd' && !axes.has(inputs['updates']!)) return undefined;
  return Object.hasOwn(JOININGS, operation) ? JOININGS[operation] : undefined;
}

/** How often an axis of a result goes through all examples; `other` if examples are not where they were. */
function outerOf(
  axes: Axes,
  { operation, inputs, attributes }: RecordedNode,
  own: readonly Axis[],
  { axis, factor }: Omit<Axis, 'outer'>,
  output: RecordedTensor,
): number | undefined | 'other' {
  if (own.length === 0) {
    if (operation === 'Range') return 'other';
    // rows that are repeated for each example
    return operation === 'Tile' ? 1 : undefined;
  }
  const [first] = own as [Axis, ...Axis[]];
  const known = own.filter(({ outer }) => outer !== undefined);
  const outer = known[0]?.outer;
  const isOnAxis = (name: string): boolean => {
    const [x] = Object.values(inputs) as [RecordedTensor];
    return axesOf(attributes[name], x.shape.length)[0] === first.axis;
  };
  if (LAST.test(operation) && axis === output.shape.length - 1) return 'other';
  if (ALONG.test(operation) && axes.has(Object.values(inputs)[0]!) && factor !== first.factor) return 'other';
  if (/^(Cumsum|GatherV2)$/.test(operation) && axes.has(inputs['x']!) && isOnAxis('axis')) return 'other';
  if (operation === 'Reverse' && axesOf(attributes['dims'], output.shape.length).includes(axis)) return 'other';
  if (operation === 'Reshape' || operation === 'ExpandDims') {
    if (outer === undefined) return undefined;
    const rows = before(Object.values(inputs)[0]!.shape, first.axis) * outer;
    const now = rows / before(output.shape, axis);
    return Number.isInteger(now) && Number.isInteger(factor / now) ? now : 'other';
  }
  const inner = known.map((one) => one.factor / one.outer!);
  if (inner.some((count) => count !== inner[0])) return 'other';
  if (operation === 'Concat' && axesOf(attributes['axis'], output.shape.length)[0] === axis)
    return inputList(inputs).length === own.length && known.length === own.length
      ? known.reduce((sum, one) => sum + one.outer!, 0)
      : 'other';
  if (known.some((one) => one.outer !== outer)) return 'other';
  if (factor === first.factor) return outer;
  if (outer === undefined) return undefined;
  if (operation === 'Slice' && isWhole((attributes['begin'] as readonly Size[])[axis]!)) return (outer * factor) / first.factor; // prettier-ignore
  if (/^(SplitV|Tile)$/.test(operation)) return (outer * factor) / first.factor;
  return 'other';
}

/** The axis of examples; undefined if there is none. */
function axisOf({ shape }: RecordedTensor): Omit<Axis, 'outer'> | undefined | 'several' {
  const free = shape.flatMap((size, axis) => (typeof size === 'object' ? [{ size, axis }] : []));
  if (free.length === 0) return undefined;
  const [{ size, axis }] = free as [(typeof free)[number]];
  const [[name, factor]] = Object.entries(size) as [[string, number]];
  const isOne = free.length === 1 && Object.keys(size).length === 1 && /^[a-z]+$/i.test(name);
  return isOne && Number.isInteger(factor) ? { axis, factor } : 'several';
}

/** Whether a slice begins with all examples that are left. */
function isWhole(size: Size): boolean {
  return size === 0 || (typeof size === 'object' && !('1' in size));
}

/** The product of the sizes before an axis. */
function before(shape: readonly Size[], axis: number): number {
  return (shape.slice(0, axis) as number[]).reduce((a, b) => a * b, 1);
}
