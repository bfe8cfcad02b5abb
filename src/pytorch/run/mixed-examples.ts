import type { RecordedNode, RecordedTensor, Recording } from '../../record/recording.js';

/** What depends on the examples of one process. */
export interface MixedExamples {
  /** State that changes by the examples themselves, such as statistics: processes average it. */
  readonly averaged: readonly string[];
  /** The operations before the gradients by which examples depend on others, such as the mean of a batch; empty if losses are means over examples. */
  readonly mixed: readonly string[];
  /** Whether examples are picked by their places in the whole batch, which one process does not have. */
  readonly isPicked: boolean;
}

/** Operations that are linear in each input by itself. */
const LINEAR =
  /^(Add|AddV2|AddN|Sub|Neg|Reshape|ExpandDims|Identity|StopGradient|Transpose|Sum|Mean|Concat|Pack|Unpack|SplitV|Slice|StridedSlice|BroadcastTo|Tile|Cast|PadV2|Reverse|GatherV2|ZerosLike|OnesLike)$/;
/** Operations that are linear as long as one input only depends on examples. */
const PRODUCT = /^(Multiply|RealDiv|BatchMatMul|_FusedMatMul|Select|Einsum)$/;

/**
 * Finds where examples of a batch depend on each other before gradients are averaged: averaging the gradients of parts of a batch then gives other numbers than
 * the gradient of the whole.
 */
export function mixedExamples({ inputs, draws, state, nodes }: Recording): MixedExamples {
  const isBatched = ({ shape }: RecordedTensor): boolean => shape.some((size) => typeof size === 'object');
  const isGrouped = ({ shape }: RecordedTensor): boolean =>
    shape.some((size) => typeof size === 'object' && Object.values(size).some((factor) => !Number.isInteger(factor)));
  const local = new Set<RecordedTensor>();
  for (const { tensor } of [...inputs, ...draws]) if (isBatched(tensor)) local.add(tensor);
  for (const { operation, inputs, outputs } of nodes)
    if (operation !== 'Together' && Object.values(inputs).some((one) => local.has(one)))
      for (const output of outputs) local.add(output);
  const statistics = state.filter(({ next }) => next && local.has(next));
  const needed = new Set(statistics.map(({ next }) => next!));
  const found = new Set<string>();
  for (const node of [...nodes].reverse()) {
    const tensors = Object.values(node.inputs);
    if (node.operation === 'Together') {
      for (const tensor of tensors) needed.add(tensor);
      continue;
    }
    if (!node.outputs.some((output) => needed.has(output))) continue;
    for (const tensor of tensors) needed.add(tensor);
    if (isMixing(node)) found.add([node.scope, node.operation].filter(Boolean).join(': '));
  }
  return {
    averaged: statistics.map(({ name }) => name),
    mixed: Array.from(found).reverse(),
    isPicked: nodes.some(isPick),
  };

  function isMixing({ operation, inputs, attributes, outputs }: RecordedNode): boolean {
    const own = Object.values(inputs).filter((one) => local.has(one));
    if (outputs.some((one) => local.has(one) && isGrouped(one))) return true;
    // what no longer has an axis of examples was added up over them
    if (!own.some((one) => !isBatched(one))) return false;
    if (outputs.some(isBatched)) return true;
    const isFactor =
      operation === 'Select' ? inputs['condition'] !== own[0] : operation !== 'RealDiv' || inputs['b'] !== own[0];
    const isPlain = (attributes['activation'] ?? 'linear') === 'linear';
    return !LINEAR.test(operation) && !(PRODUCT.test(operation) && own.length === 1 && isFactor && isPlain);
  }
}

/** Whether an operation takes rows of a batch by indices. */
function isPick({ operation, inputs: { x, params }, attributes: { axis } }: RecordedNode): boolean {
  if (operation === 'GatherNd') return typeof params!.shape[0] === 'object';
  return operation === 'GatherV2' && typeof x!.shape.at((axis as number | undefined) ?? 0) === 'object';
}
