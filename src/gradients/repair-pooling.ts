import * as tf from '@tensorflow/tfjs-core';
import type { GradFunc, Tensor } from '@tensorflow/tfjs-core';
import { run, type Additions, type RegisteredGradient, type Replacements } from './registered-gradient.js';

/** tfjs divides the gradient of an average by the size of the window, even where part of the window is padding. */
export const poolingReplacements: Replacements = {
  AvgPool: (original) => averagePool('AvgPoolGrad', original),
  AvgPool3D: (original) => averagePool('AvgPool3DGrad', original),
};

export const poolingAdditions: Additions = {
  AvgPoolGrad: () => averageGradient('AvgPool'),
  AvgPool3DGrad: () => averageGradient('AvgPool3D'),
  MaxPoolGrad: maximumGradient,
};

type Attributes = Parameters<GradFunc>[2];

/** Along one axis of an image: the number, size and step of the windows, and the padding. */
interface Windows {
  readonly size: number;
  readonly count: number;
  readonly filter: number;
  readonly stride: number;
  readonly before: number;
  readonly after: number;
}

/** Where a window includes padding, its sum is divided by the count of numbers that are really in the image. */
export function averagePool(kernel: string, original: RegisteredGradient): RegisteredGradient {
  return {
    ...original,
    gradFunc: (dy, saved, attributes) => {
      const x = saved[0]!;
      const axes = windows(x.shape, attributes);
      if (!needsPadding(axes)) return original.gradFunc(dy, saved, attributes);
      return {
        x: () => {
          const weighted = axes.reduce(
            (gradient, axis, i) => tf.mul(gradient, shares(axis, axes.length - i)),
            dy as Tensor,
          );
          const sizes = axes.map(({ size, before, after }) => before + size + after);
          const input = tf.zeros([x.shape[0], ...sizes, x.shape[x.rank - 1]!]);
          const whole = run(kernel, { dy: weighted, input }, { ...attributes, pad: 'valid' });
          return axes.reduce((image, { size, before }, i) => cut(image, i + 1, before, size), whole);
        },
      };
    },
  };
}

/** The size of each window divided by the count of its numbers in the image, shaped to broadcast along its axis. */
function shares({ size, count, filter, stride, before }: Windows, fromEnd: number): Tensor {
  const values = Array.from({ length: count }, (_, i) => {
    const start = i * stride - before;
    return filter / (Math.min(start + filter, size) - Math.max(start, 0));
  });
  return tf.tensor(values, [count, ...new Array<number>(fromEnd).fill(1)]);
}

/** A slice of one axis of a tensor with three axes, because WebGL's padding, the derivative, supports at most four. */
function cut(x: Tensor, axis: number, begin: number, size: number): Tensor {
  if (x.shape[axis] === size) return x;
  const [outer, inner] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const rows = tf.reshape(x, [tf.util.sizeFromShape(outer), x.shape[axis]!, tf.util.sizeFromShape(inner)]);
  return tf.reshape(tf.slice(rows, [0, begin, 0], [-1, size, -1]), [...outer, size, ...inner]);
}

/** A gradient of averages is linear in dy, and its transpose is the average again. It is only used without padding. */
export function averageGradient(pool: string): RegisteredGradient {
  return {
    inputsToSave: ['input'],
    gradFunc: (gradient, saved, attributes) => ({
      dy: () => run(pool, { x: gradient as Tensor }, attributes),
      input: () => tf.zerosLike(saved[0]!),
    }),
  };
}

/** The position of each maximum is locally constant: the gradient is zero for the image, and for dy it is the number there. */
function maximumGradient(): RegisteredGradient {
  return {
    inputsToSave: ['input', 'output'],
    gradFunc: (gradient, saved, attributes) => {
      const [input, output] = saved as [Tensor, Tensor];
      return {
        dy: () => takeAtMaximum(gradient as Tensor, input, output, attributes),
        input: () => tf.zerosLike(input),
        output: () => tf.zerosLike(output),
      };
    },
  };
}

/** For each window, the number of `x` where `input` has its first maximum; the gradient puts the numbers back there. */
function takeAtMaximum(x: Tensor, input: Tensor, output: Tensor, attributes: Attributes): Tensor {
  return tf.customGrad((...inputs: unknown[]) => {
    const [values, save] = inputs as [Tensor, (tensors: Tensor[]) => void];
    save([input, output]);
    return {
      value: firstMaxima(values, input, output, windows(input.shape, attributes)),
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        run('MaxPoolGrad', { dy, input: saved[0]!, output: saved[1]! }, attributes),
    };
  })(x);
}

function firstMaxima(values: Tensor, input: Tensor, output: Tensor, axes: readonly Windows[]): Tensor {
  // Padding must not be mistaken for a maximum of zero.
  const [x, numbers, inside] = [values, input, tf.onesLike(input)].map((tensor) => padded(tensor, axes));
  const strides = [1, ...axes.map(({ stride }) => stride), 1];
  const offsets = axes.reduce<number[][]>(
    (all, { filter }) => all.flatMap((offset) => Array.from({ length: filter }, (_, i) => [...offset, i])),
    [[]],
  );
  let [result, open] = [tf.zerosLike(output), tf.onesLike(output)];
  for (const offset of offsets) {
    const begin = [0, ...offset, 0];
    const end = output.shape.map((size, axis) => begin[axis]! + (size - 1) * strides[axis]! + 1);
    const at = (tensor: Tensor): Tensor => tf.stridedSlice(tensor, begin, end, strides);
    const here = tf.mul(tf.mul(open, at(inside!)), tf.cast(tf.equal(at(numbers!), output), 'float32'));
    result = tf.add(result, tf.mul(here, at(x!)));
    open = tf.sub(open, here);
  }
  return result;
}

function padded(tensor: Tensor, axes: readonly Windows[]): Tensor {
  return needsPadding(axes)
    ? tf.pad(tensor, [[0, 0], ...axes.map(({ before, after }) => [before, after] as [number, number]), [0, 0]])
    : tensor;
}

function needsPadding(axes: readonly Windows[]): boolean {
  return axes.some(({ before, after }) => before > 0 || after > 0);
}

/** What tfjs computes about a pooling, for images with two or three axes. */
type PoolingOf = Readonly<Record<string, number>> & { readonly padInfo: Readonly<Record<string, number>> };

function windows(shape: number[], { filterSize, strides, pad, dimRoundingMode }: Attributes): Windows[] {
  const { computePool2DInfo, computePool3DInfo } = tf.backend_util;
  const compute = (shape.length === 4 ? computePool2DInfo : computePool3DInfo) as (...options: unknown[]) => unknown;
  const info = compute(shape, filterSize, strides, 1, pad, dimRoundingMode) as PoolingOf;
  const axes: [string, string][] = [
    ['Depth', 'front'],
    ['Height', 'top'],
    ['Width', 'left'],
  ];
  return axes.slice(5 - shape.length).map(([axis, side]) => {
    const [size, count] = [info[`in${axis}`]!, info[`out${axis}`]!];
    const [filter, stride, before] = [info[`filter${axis}`]!, info[`stride${axis}`]!, info.padInfo[side]!];
    return { size, count, filter, stride, before, after: Math.max(0, (count - 1) * stride + filter - size - before) };
  });
}
