import * as tf from '@tensorflow/tfjs';
import { embedding, type ApplyOptions, type LatentDensity, type Part, type RandomStream } from 'tfjs-generative';

/** What {@link classMixture} takes. */
export interface ClassMixtureOptions {
  readonly classes: number;
  /** Number of Gaussians for each class. */
  readonly components: number;
  readonly latentSize: number;
  readonly random: RandomStream;
}

/**
 * A prior of your own: a mixture of diagonal Gaussians for each class, p(z|c) = sum_k w_ck N(z; m_ck, exp(l_ck)), whose numbers are an
 * embedding of the class. It starts near N(0, I), as `createMixturePrior` does.
 */
export function classMixture({ classes, components, latentSize, random }: ClassMixtureOptions): LatentDensity & Part {
  const size = components * latentSize;
  const table = embedding({ classes, size: 2 * size + components, random });
  const start = tf.tidy(() => {
    const means = tf.mul(Math.SQRT1_2, random.fork('means').normal([classes, size]));
    return tf.concat([means, tf.fill([classes, size], -Math.LN2), tf.zeros([classes, components])], 1);
  });
  table.variables[0]!.assign(start);
  start.dispose();

  /** Means and log-variances, each `[rows, components, latentSize]`, and logits, `[rows, components]`. */
  const mixtureOf = (options: ApplyOptions | undefined): [tf.Tensor, tf.Tensor, tf.Tensor] => {
    const numbers = table.apply(options!.condition!);
    const [means, logVariances, logits] = tf.split<tf.Tensor>(numbers, [size, size, components], 1);
    const grid = (parameters: tf.Tensor): tf.Tensor => tf.reshape(parameters, [-1, components, latentSize]);
    return [grid(means!), grid(logVariances!), logits!];
  };
  return {
    variables: table.variables,
    dispose: () => table.dispose(),
    sample: (shape, stream, options) =>
      tf.tidy(() => {
        const [means, logVariances, logits] = mixtureOf(options);
        // the largest logit after adding Gumbel noise selects each component with its weight
        const uniform = tf.maximum(stream.uniform(logits.shape), 1e-20);
        const chosen = tf.argMax(tf.sub(logits, tf.log(tf.neg(tf.log(uniform)))), 1);
        const isChosen = tf.expandDims(tf.cast(tf.oneHot(chosen as tf.Tensor1D, components), 'float32'), 2);
        const [mean, logVariance] = [means, logVariances].map((each) => tf.sum(tf.mul(each, isChosen), 1));
        return tf.add(mean!, tf.mul(tf.exp(tf.mul(0.5, logVariance!)), stream.normal([...shape])));
      }),
    logProb: (z, options) =>
      tf.tidy(() => {
        const [means, logVariances, logits] = mixtureOf(options);
        const distances = tf.mul(tf.square(tf.sub(tf.expandDims(z, 1), means)), tf.exp(tf.neg(logVariances)));
        const nats = tf.mul(-0.5, tf.sum(tf.add(distances, tf.add(logVariances, Math.log(2 * Math.PI))), 2));
        return tf.sub(tf.logSumExp(tf.add(logits, nats), 1), tf.logSumExp(logits, 1));
      }),
  };
}
