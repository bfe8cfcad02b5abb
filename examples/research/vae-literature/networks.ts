import * as tf from '@tensorflow/tfjs';
import {
  conv2d,
  conv2dTranspose,
  dense,
  flatten,
  glu,
  reshape,
  sequential,
  type Network,
  type RandomStream,
} from 'tfjs-generative';

/** The range of log-variances in the literature, beyond which they are cut off. */
const [LOWEST, HIGHEST] = [-6, 2];
/** The logit of the largest probability in the literature, 1 - 1e-5; that of the smallest is its negative. */
const MOST = Math.log(1e5 - 1);

/** A gated dense layer, h = a * sigmoid(b): the literature's only non-linearity. */
export function gatedDense(inputs: number, units: number, random: RandomStream): Network {
  return sequential([dense({ inputs, units: 2 * units, random }), glu()]);
}

/** Gated dense layers, and a plain one at the end. */
export function gatedMlp(sizes: readonly number[], random: RandomStream): Network {
  const layers = sizes.slice(1, -1).map((units, i) => gatedDense(sizes[i]!, units, random.fork(String(i))));
  return sequential([...layers, dense({ inputs: sizes.at(-2)!, units: sizes.at(-1)!, random: random.fork('last') })]);
}

/** A network whose output is means and log-variances, the latter cut off to the literature's range. */
export function withinRange(network: Network): Network {
  return {
    ...network,
    apply: (input, options) =>
      tf.tidy(() => {
        const [mean, logVariance] = tf.split(network.apply(input, options), 2, 1) as [tf.Tensor, tf.Tensor];
        return tf.concat([mean, tf.clipByValue(logVariance, LOWEST, HIGHEST)], 1);
      }),
  };
}

/**
 * A decoder's network whose probabilities are cut off to those of the literature, except in training, which they hardly change. Otherwise
 * a test image that is unlike all training images can cost 100,000 nats, more than a hundred other images together.
 */
export function cutOff(network: Network): Network {
  return {
    ...network,
    apply: (z, options) =>
      tf.tidy(() => {
        const logits = network.apply(z, options);
        return options?.training === true ? logits : tf.clipByValue(logits, -MOST, MOST);
      }),
  };
}

/** Applies a network to each of two blocks of latents, and concatenates the outputs. */
export function ofBlocks(sizes: readonly [number, number], first: Network, second: Network): Network {
  return {
    apply: (z, options) =>
      tf.tidy(() => {
        const [a, b] = tf.split(z, [...sizes], 1) as [tf.Tensor, tf.Tensor];
        return tf.concat([first.apply(a, options), second.apply(b, options)], 1);
      }),
    variables: [...first.variables, ...second.variables],
    dispose: () => [first, second].forEach((network) => network.dispose()),
  };
}

/** Channels at 28 x 28, 14 x 14 and 7 x 7 pixels. */
const [WIDE, MIDDLE, NARROW] = [16, 32, 64];
/** Channels of the 7 x 7 map next to the latents. */
const CODE = 16;

const gatedConv = (inputs: number, filters: number, random: RandomStream, strides = 1): Network =>
  sequential([conv2d({ inputs, filters: 2 * filters, kernelSize: strides === 1 ? 3 : 4, strides, random }), glu()]);
const gatedUp = (inputs: number, filters: number, random: RandomStream): Network =>
  sequential([conv2dTranspose({ inputs, filters: 2 * filters, kernelSize: 4, strides: 2, random }), glu()]);

/** Gated convolutions from rows of 784 pixels to `outputs` numbers. */
export function gatedConvEncoder(outputs: number, random: RandomStream): Network {
  return sequential([
    reshape({ shape: [28, 28, 1] }),
    gatedConv(1, MIDDLE, random.fork('28'), 2),
    gatedConv(MIDDLE, NARROW, random.fork('14'), 2),
    gatedConv(NARROW, CODE, random.fork('7')),
    flatten(),
    dense({ inputs: 49 * CODE, units: outputs, random: random.fork('last') }),
  ]);
}

/** Gated convolutions from latents to rows of 784 logits. */
export function gatedConvDecoder(inputs: number, random: RandomStream): Network {
  return sequential([
    gatedDense(inputs, 49 * CODE, random.fork('first')),
    reshape({ shape: [7, 7, CODE] }),
    gatedConv(CODE, NARROW, random.fork('7')),
    gatedUp(NARROW, MIDDLE, random.fork('14')),
    gatedUp(MIDDLE, WIDE, random.fork('28')),
    conv2d({ inputs: WIDE, filters: 1, kernelSize: 3, random: random.fork('last') }),
    reshape({ shape: [784] }),
  ]);
}
