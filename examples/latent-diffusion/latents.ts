import * as tf from '@tensorflow/tfjs';
import {
  batches,
  reparameterize,
  type BatchSource,
  type DiagonalGaussian,
  type GaussianEncoder,
  type RandomStream,
} from 'tfjs-generative';

/** Images and their labels on the host, with any number of channels. */
interface Labelled {
  readonly images: { readonly data: Uint8Array; readonly shape: readonly [number, number, number, number] };
  readonly labels: { readonly data: Int32Array; readonly shape: readonly [number] };
}

/** Number of images encoded at once. */
const AT_ONCE = 500;

/** The latents of labelled images, scaled for a denoiser: with zero mean and unit variance. */
export interface Latents {
  /** Batches of latents, drawn anew from the posterior each time, with their labels. */
  source(batchSize: number, random: RandomStream): BatchSource<{ x: tf.Tensor; condition: tf.Tensor }>;
  /** Converts a decoder's latents `[n, latent]` to numbers with zero mean and unit variance. */
  standardise(z: tf.Tensor): tf.Tensor;
  /** Converts back to a decoder's latents. */
  restore(x: tf.Tensor): tf.Tensor;
  dispose(): void;
}

/** Encodes images and measures their latents. The same encoder and images give the same numbers, so none are saved. */
export async function encodeLatents(encoder: GaussianEncoder, { images, labels }: Labelled): Promise<Latents> {
  const posteriors = await encodeImages(encoder, images); // [n, 2 latent]
  const [mean, deviation] = tf.tidy(() => momentsOf(splitPosterior(posteriors)));
  const standardise = (z: tf.Tensor): tf.Tensor => tf.tidy(() => tf.div(tf.sub(z, mean), deviation));
  return {
    source: (batchSize, random) =>
      batches(
        { x: posteriors, condition: labels },
        {
          batchSize,
          random,
          transform: ({ x, condition }, noise) => ({
            x: standardise(reparameterize(splitPosterior(x), noise)),
            condition,
          }),
        },
      ),
    standardise,
    restore: (x) => tf.tidy(() => tf.add(tf.mul(x, deviation), mean)),
    dispose: () => tf.dispose([posteriors, mean, deviation]),
  };
}

/** The posteriors of images, all means, then all log-variances: `[n, 2 latent]`; the caller disposes them. */
export async function encodeImages(encoder: GaussianEncoder, images: Labelled['images']): Promise<tf.Tensor> {
  const parts: tf.Tensor[] = [];
  for await (const x of batches(images, { batchSize: AT_ONCE })) {
    parts.push(
      tf.tidy(() => {
        const { mean, logVariance } = encoder.encode(x);
        return tf.concat([mean, logVariance], 1);
      }),
    );
    x.dispose();
  }
  const posteriors = tf.concat(parts);
  tf.dispose(parts);
  return posteriors;
}

/** Mean and log-variance of posteriors `[n, 2 latent]`. */
export function splitPosterior(posteriors: tf.Tensor): DiagonalGaussian {
  const [mean, logVariance] = tf.split(posteriors, 2, 1) as [tf.Tensor, tf.Tensor];
  return { mean, logVariance };
}

/** Mean and standard deviation of latents drawn from the posteriors: their variance is that of the means plus the mean of the variances. */
function momentsOf({ mean, logVariance }: DiagonalGaussian): [mean: tf.Tensor, deviation: tf.Tensor] {
  const moments = tf.moments(mean, 0);
  return [moments.mean, tf.sqrt(tf.add(moments.variance, tf.mean(tf.exp(logVariance), 0)))];
}
