import * as tf from '@tensorflow/tfjs-core';
import type * as g from '../../src/index.js';

const layer = (apply: (x: tf.Tensor) => tf.Tensor): g.Network => ({ apply, variables: [], dispose: () => undefined });

/** x^2 with the gradient of x. */
const wrongGradient = (): g.Network =>
  layer((x) => tf.customGrad((y) => ({ value: tf.square(y as tf.Tensor), gradFunc: (dy) => dy }))(x));

const leaky = (): g.Network =>
  layer((x) => {
    tf.keep(tf.scalar(1));
    return tf.clone(x);
  });

/** Another function at each call. */
const fickle = (): g.Network => layer((x) => tf.mul(x, 1 + Math.random()));

/** Counts its calls in this program, which no checkpoint holds. */
const forgetful = (): g.Network => {
  let calls = 0;
  return layer((x) => tf.mul(x, 1 + calls++));
};

const notANumber = (): g.Network => layer((x) => tf.mul(x, NaN));
const raw = (): never => (undefined as unknown as { x: { y: never } }).x.y;
/** Accepts everything. */
const unchecked = (): object => ({});
const hang = (): never => {
  for (;;);
};
const crash = (): never => process.exit(3);

/** Functions that break one law each, which show that the law notices it. */
export const plantedFaults = { wrongGradient, leaky, fickle, forgetful, notANumber, raw, unchecked, hang, crash };
