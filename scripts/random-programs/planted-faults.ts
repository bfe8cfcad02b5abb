import * as tf from '@tensorflow/tfjs-core';
import type * as g from '../../src/index.js';
import { watcher } from './own-observers.js';

const layer = (apply: (x: tf.Tensor) => tf.Tensor): g.Network => ({ apply, variables: [], dispose: () => undefined });

/** x^2 with the gradient of x. */
const wrongGradient = (): g.Network =>
  layer((x) => tf.customGrad((y) => ({ value: tf.square(y as tf.Tensor), gradFunc: (dy) => dy }))(x));

const leaky = (): g.Network =>
  layer((x) => {
    tf.keep(tf.scalar(1));
    return tf.clone(x);
  });

/** Off by 1e-3 on wasm. */
const fickle = (): g.Network => layer((x) => tf.mul(x, tf.getBackend() === 'wasm' ? 1.001 : 1));

/** Counts its calls in this program, which no checkpoint holds. */
const forgetful = (): g.Network => {
  let calls = 0;
  return layer((x) => tf.mul(x, 1 + calls++));
};

/** Another layer from its 40th call on, which no step before tells. */
const late = (): g.Network => {
  let calls = 0;
  return layer((x) => tf.mul(x, calls++ < 40 ? 1 : 2));
};

/** An observer whose state does not come back. */
const forgetfulObserver = (): g.Observer => ({ ...(watcher() as g.Observer), restore: () => undefined });

const notANumber = (): g.Network => layer((x) => tf.mul(x, NaN));
const raw = (): never => (undefined as unknown as { x: { y: never } }).x.y;
/** Accepts everything. */
const unchecked = (): object => ({});
const hang = (): never => {
  for (;;);
};
const crash = (): never => process.exit(3);

/** Functions that break one law each, which show that the law notices it. */
export const plantedFaults = {
  wrongGradient,
  leaky,
  fickle,
  forgetful,
  late,
  forgetfulObserver,
  notANumber,
  raw,
  unchecked,
  hang,
  crash,
};
