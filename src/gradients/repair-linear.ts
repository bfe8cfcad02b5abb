import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { run, type RegisteredGradient, type Replacements } from './registered-gradient.js';

/**
 * Operations that are a matrix product along each axis, and have wrong gradients in tfjs. It transposes the gradient of a
 * cumulative sum, omits what a mirror padding adds, and resizes by a different rule from the operation's (half-pixel centres; on the
 * cpu backend also repeated pixels, and images that are not square).
 */
export const linearReplacements: Replacements = {
  Cumsum: () => cumsum(),
  MirrorPad: () => mirrorPad(),
  ResizeBilinear: () => resize('ResizeBilinear'),
  ResizeNearestNeighbor: () => resize('ResizeNearestNeighbor'),
};

export function cumsum(): RegisteredGradient {
  return {
    gradFunc: (dy, _, attributes) => {
      const { axis, exclusive, reverse } = attributes as { axis: number; exclusive: boolean; reverse: boolean };
      // tfjs's shader for WebGPU sums in reverse with the length that it was first compiled for: reverse the data instead
      const turned = (x: Tensor): Tensor => (reverse ? x : tf.reverse(x, axis));
      return { x: () => turned(tf.cumsum(turned(dy as Tensor), axis, exclusive)) };
    },
  };
}

export function mirrorPad(): RegisteredGradient {
  return {
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      const { paddings, mode } = attributes as { paddings: [number, number][]; mode: 'reflect' | 'symmetric' };
      return {
        x: () =>
          paddings.reduce((gradient, padding, axis) => {
            if (padding[0] + padding[1] === 0) return gradient;
            const matrix = tf.mirrorPad(tf.eye(saved[0]!.shape[axis]!), [padding, [0, 0]], mode);
            return productAlong(axis, gradient, matrix);
          }, dy as Tensor),
      };
    },
  };
}

function resize(kernel: string): RegisteredGradient {
  return {
    inputsToSave: ['images'],
    gradFunc: (dy, saved, attributes) => {
      const [, height, width] = (saved[0] as Tensor4D).shape;
      const [, newHeight, newWidth] = (dy as Tensor4D).shape;
      // the kernel itself shows which pixels it uses, so the gradient matches the kernel on every backend.
      const matrix = (size: number, newSize: number): Tensor2D => {
        const units = tf.reshape(tf.eye(size), [1, size, 1, size]);
        return tf.reshape(run(kernel, { images: units }, { ...attributes, size: [newSize, 1] }), [newSize, size]);
      };
      const [tall, wide] = [newHeight / height, newWidth / width];
      const repeats = kernel === 'ResizeNearestNeighbor' && attributes['alignCorners'] !== true;
      return {
        images: () =>
          repeats && isPowerOfTwo(tall) && isPowerOfTwo(wide)
            ? tf.mul(tf.avgPool(dy as Tensor4D, [tall, wide], [tall, wide], 'valid'), tall * wide)
            : productAlong(1, productAlong(2, dy as Tensor, matrix(width, newWidth)), matrix(height, newHeight)),
      };
    },
  };
}

/** Whether an enlargement repeats each pixel in a block, however the backend rounds. */
function isPowerOfTwo(factor: number): boolean {
  return factor >= 1 && Number.isInteger(Math.log2(factor));
}

/** The product of a matrix and each column of a tensor's axis: sum over i of x[.., i, ..] * matrix[i, j]. */
function productAlong(axis: number, x: Tensor, matrix: Tensor2D): Tensor {
  const last = [...x.shape.keys()].filter((other) => other !== axis);
  const rows = tf.transpose(x, [...last, axis]);
  const product = tf.matMul(tf.reshape(rows, [-1, matrix.shape[0]]), matrix);
  const back = [...x.shape.keys()].map((other) => (other === axis ? x.rank - 1 : last.indexOf(other)));
  return tf.transpose(tf.reshape(product, [...rows.shape.slice(0, -1), matrix.shape[1]]), back);
}
