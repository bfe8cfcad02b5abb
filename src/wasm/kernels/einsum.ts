import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { compose, type Composition } from '../composition/compose.js';
import type { AddedKernel } from './kernel.js';

/** A tensor and the names of its axes; names are numbers, and the output's axes are named 0, 1, ... in its order. */
interface Term {
  readonly x: TensorInfo;
  readonly axes: readonly number[];
}

/** Einstein sums of one or two tensors, computed as matrix products if both have an axis that is summed. */
export const einsum: AddedKernel = {
  kernelName: 'Einsum',
  kernel: ({ inputs, attrs = {}, backend }) => {
    const tensors = inputs as unknown as TensorInfo[];
    const { allDims, summedDims, idDims } = tf.backend_util.decodeEinsumEquation(
      attrs['equation'] as string,
      tensors.length,
    );
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as Tensor[]);
    const outputAxes = allDims.length - summedDims.length;

    return compose(backend, (composition) => {
      const terms = tensors.map((x, i): Term => ({ x, axes: idDims[i]! }));
      const [first, second] = terms.map((term, i) => {
        const elsewhere = terms.flatMap(({ axes }, other) => (other === i ? [] : axes));
        return sumAxes(composition, term, (axis) => axis >= outputAxes && !elsewhere.includes(axis));
      }) as [Term, Term | undefined];
      if (second === undefined) return ordered(composition, first).x;

      const contracted = first.axes.filter((axis) => axis >= outputAxes);
      const isFloat = first.x.dtype === 'float32' && second.x.dtype === 'float32';
      const joined =
        contracted.length > 0 && isFloat
          ? contract(composition, first, second, contracted)
          : sumAxes(composition, multiply(composition, first, second), (axis) => axis >= outputAxes);
      return ordered(composition, joined).x;
    });
  },
};

/** The sum over the axes for which `isSummed` is true. */
function sumAxes({ run }: Composition, { x, axes }: Term, isSummed: (axis: number) => boolean): Term {
  const positions = axes.flatMap((axis, position) => (isSummed(axis) ? [position] : []));
  if (positions.length === 0) return { x, axes };
  return { x: run('Sum', { x }, { axis: positions, keepDims: false }), axes: axes.filter((axis) => !isSummed(axis)) };
}

/** A term with its axes in ascending order; its tensor always belongs to the composition. */
function ordered(composition: Composition, { x, axes }: Term): Term {
  const ascending = [...axes].sort((a, b) => a - b);
  return arranged(composition, { x, axes }, ascending);
}

function arranged({ transpose, reshape }: Composition, { x, axes }: Term, order: readonly number[]): Term {
  const permutation = order.map((axis) => axes.indexOf(axis));
  const isInOrder = permutation.every((position, i) => position === i);
  return { x: isInOrder ? reshape(x, x.shape) : transpose(x, permutation), axes: order };
}

/** The matrix product of two terms over the axes that both have and the output lacks. */
function contract(composition: Composition, left: Term, right: Term, contracted: readonly number[]): Term {
  const { run, reshape } = composition;
  const shared = left.axes.filter((axis) => right.axes.includes(axis) && !contracted.includes(axis));
  const onlyIn = ({ axes }: Term): number[] =>
    axes.filter((axis) => !shared.includes(axis) && !contracted.includes(axis));
  const sizes = (term: Term, axes: readonly number[]): number[] =>
    axes.map((axis) => term.x.shape[term.axes.indexOf(axis)]!);
  const count = (term: Term, axes: readonly number[]): number => tf.util.sizeFromShape(sizes(term, axes));

  const [rowAxes, columnAxes] = [onlyIn(left), onlyIn(right)];
  const batch = count(left, shared);
  // The axis that is last in memory stays last: products accept either order, and moving rows is faster than moving single numbers.
  const isLast = ({ axes }: Term): boolean => contracted.includes(axes.at(-1)!);
  const [transposeA, transposeB] = [!isLast(left), isLast(right)];
  const matrices = (term: Term, first: readonly number[], second: readonly number[]): TensorInfo => {
    const { x } = arranged(composition, term, [...shared, ...first, ...second]);
    return reshape(x, [batch, count(term, first), count(term, second)]);
  };
  const product = run(
    'BatchMatMul',
    {
      a: transposeA ? matrices(left, contracted, rowAxes) : matrices(left, rowAxes, contracted),
      b: transposeB ? matrices(right, columnAxes, contracted) : matrices(right, contracted, columnAxes),
    },
    { transposeA, transposeB },
  );
  const axes = [...shared, ...rowAxes, ...columnAxes];
  const shape = [...sizes(left, shared), ...sizes(left, rowAxes), ...sizes(right, columnAxes)];
  return { x: reshape(product, shape), axes };
}

/** The product of two terms element by element, each spread along the axes of the other. */
function multiply(composition: Composition, left: Term, right: Term): Term {
  const { run, reshape } = composition;
  const axes = [...new Set([...left.axes, ...right.axes])].sort((a, b) => a - b);
  const spread = (term: Term): TensorInfo => {
    const { x, axes: own } = ordered(composition, term);
    return reshape(
      x,
      axes.map((axis) => (own.includes(axis) ? x.shape[own.indexOf(axis)]! : 1)),
    );
  };
  return { x: run('Multiply', { a: spread(left), b: spread(right) }), axes };
}
