import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { run, type Additions, type RegisteredGradient } from './registered-gradient.js';
import { gradientDepth } from './tape.js';

/** The gradients of operations that compute each number by itself, from its place in one tensor or two that are broadcast. */
export const gradientsOfNumbers: Additions = {
  Abs: () => ofOne((dy, x) => tf.mul(dy, tf.step(x, -1))),
  Acos: () => ofOne((dy, x) => tf.neg(arcSlope(dy, x))),
  Asin: () => ofOne(arcSlope),
  Cast: () => linear((dy) => tf.clone(dy)),
  ClipByValue: () =>
    ofOne((dy, x, { clipValueMin: low, clipValueMax: high }) =>
      tf.where(tf.logicalAnd(tf.greaterEqual(x, low as number), tf.lessEqual(x, high as number)), dy, tf.zerosLike(dy)),
    ),
  Cos: () => ofOne((dy, x) => tf.mul(tf.neg(tf.sin(x)), dy)),
  Erf: () => ofOne((dy, x) => tf.mul(dy, tf.mul(2 / Math.sqrt(Math.PI), tf.exp(tf.neg(tf.square(x)))))),
  Exp: () => ofResult(tf.exp, (dy, y) => tf.mul(dy, y)),
  Expm1: () => ofOne((dy, x) => tf.mul(dy, tf.exp(x))),
  Floor: none,
  Identity: () => linear((dy) => tf.clone(dy)),
  IsFinite: none,
  LeakyRelu: () => ofOne((dy, x, { alpha }) => tf.mul(dy, tf.step(x, alpha as number))),
  Log: () => ofOne((dy, x) => tf.div(dy, x)),
  Log1p: () => ofOne((dy, x) => tf.div(dy, tf.add(x, 1))),
  Neg: () => linear((dy) => tf.neg(dy)),
  OnesLike: none,
  Reciprocal: () => ofOne((dy, x) => tf.div(dy, tf.neg(tf.square(x)))),
  Relu: () => ofOne((dy, x) => tf.mul(dy, tf.step(x))),
  Round: none,
  Rsqrt: () => ofOne((dy, x) => tf.mul(dy, tf.div(tf.rsqrt(x), tf.mul(-2, x)))),
  Sigmoid: () => ofResult(tf.sigmoid, (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y)))),
  Sign: none,
  Sin: () => ofOne((dy, x) => tf.mul(run('Cos', { x }), dy)),
  Softplus: () => ofOne((dy, x) => tf.mul(dy, tf.sigmoid(x))),
  Sqrt: () => ofResult(tf.sqrt, (dy, y) => tf.div(dy, tf.mul(y, 2))),
  Square: () => ofOne((dy, x) => tf.mul(dy, tf.mul(x, 2))),
  Step: none,
  Tanh: () => ofResult(tf.tanh, (dy, y) => tf.mul(tf.sub(1, tf.square(y)), dy)),
  ZerosLike: none,

  Add: () => ofTwo((dy) => dy, (dy) => dy), // prettier-ignore
  Sub: () => ofTwo((dy) => dy, tf.neg), // prettier-ignore
  Multiply: () => ofTwo((dy, _, b) => tf.mul(dy, b), (dy, a) => tf.mul(dy, a)), // prettier-ignore
  RealDiv: () => ofTwo((dy, _, b) => tf.div(dy, b), (dy, a, b) => tf.neg(tf.div(tf.mul(dy, a), tf.square(b)))), // prettier-ignore
  SquaredDifference: () => ofTwo((dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(a, b))), (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(b, a)))), // prettier-ignore
  Maximum: () => ofTwo(slopesWhere(tf.greaterEqual), slopesWhere(tf.less)),
  Minimum: () => ofTwo(slopesWhere(tf.lessEqual), slopesWhere(tf.greater)),
  GreaterEqual: () => ofTwo(tf.zerosLike, tf.zerosLike),
  AddN: () => ({
    saveAllInputs: true,
    gradFunc: (dy, inputs) => Object.fromEntries(inputs.map((_, i) => [i, () => tf.clone(dy as Tensor)])),
  }),
  Select: () => ({
    inputsToSave: ['condition'],
    gradFunc: (dy, [condition]) => ({
      condition: () => tf.zeros(condition!.shape),
      t: () => tf.mul(dy as Tensor, tf.cast(condition!, 'float32')),
      e: () => tf.mul(dy as Tensor, tf.cast(tf.logicalNot(condition!), 'float32')),
    }),
  }),
};

type Attributes = Readonly<Record<string, unknown>>;

/** The gradient with respect to `x`, which is saved. */
export function ofOne(slope: (dy: Tensor, x: Tensor, attributes: Attributes) => Tensor): RegisteredGradient {
  return {
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => ({ x: () => slope(dy as Tensor, x!, attributes) }),
  };
}

/** The gradient of a function that is linear in `x`: nothing is saved. */
export function linear(transposed: (dy: Tensor, attributes: Attributes) => Tensor): RegisteredGradient {
  return { gradFunc: (dy, _, attributes) => ({ x: () => transposed(dy as Tensor, attributes) }) };
}

/** The gradient of a function that is constant between its jumps. */
function none(): RegisteredGradient {
  return linear((dy) => tf.zerosLike(dy));
}

/**
 * The gradient from the result y = f(x), which saves an operation; but if the gradient is itself differentiated, y must be computed again,
 * because tfjs does not see that a saved result depends on x.
 */
function ofResult(f: (x: Tensor) => Tensor, slope: (dy: Tensor, y: Tensor) => Tensor): RegisteredGradient {
  return {
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y]) => ({ x: () => slope(dy as Tensor, gradientDepth() > 0 ? f(x!) : y!) }),
  };
}

type SlopeOfTwo = (dy: Tensor, a: Tensor, b: Tensor) => Tensor;

/** The gradients with respect to `a` and `b`, summed over the axes along which either was repeated. */
function ofTwo(ofA: SlopeOfTwo, ofB: SlopeOfTwo): RegisteredGradient {
  return {
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved) => {
      const [a, b] = saved as [Tensor, Tensor];
      return {
        a: () => sumTo(a.shape, ofA(dy as Tensor, a, b)),
        b: () => sumTo(b.shape, ofB(dy as Tensor, a, b)),
      };
    },
  };
}

function slopesWhere(holds: (a: Tensor, b: Tensor) => Tensor): SlopeOfTwo {
  return (dy, a, b) => tf.mul(dy, tf.cast(holds(a, b), 'float32'));
}

/** Sums over the axes along which a tensor of this shape was repeated. */
export function sumTo(shape: number[], x: Tensor): Tensor {
  const missing = x.rank - shape.length;
  const axes = [...x.shape.keys()].filter(
    (axis) => axis < missing || (shape[axis - missing] === 1 && x.shape[axis] !== 1),
  );
  return tf.reshape(axes.length > 0 ? tf.sum(x, axes) : x, shape);
}

/** dy / sqrt(1 - x^2). */
function arcSlope(dy: Tensor, x: Tensor): Tensor {
  return tf.div(dy, tf.sqrt(tf.sub(1, tf.square(x))));
}
