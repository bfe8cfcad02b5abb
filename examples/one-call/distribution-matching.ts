import * as tf from '@tensorflow/tfjs-core';
import { addNoise, type ConsistencyTarget, type Denoiser } from 'tfjs-generative';

/** What {@link distributionMatching} takes. */
export interface DistributionMatchingOptions {
  /** The trained denoiser of the data. */
  readonly teacher: Denoiser;
  /** A denoiser of the student's samples, which is trained on them while the student learns. */
  readonly imitator: Denoiser;
  /** Further losses of the samples, `[batch]`, which get the batch of data and its labels; none by default. */
  readonly besides?: ((samples: tf.Tensor, x: tf.Tensor, labels: tf.Tensor | undefined) => tf.Tensor) | undefined;
}

/** The least and the greatest share of the schedule at which both denoisers look at a sample. */
const [LEAST, MOST] = [0.02, 0.98];

/**
 * Distribution matching: the student's samples move to where the data are denser than the samples themselves. Where a path leads does not
 * matter, so no error adds up along it.
 *
 * A sample x of the student gets new noise. The gradient of the loss by x is (imitator(x_t) - teacher(x_t)) / mean |x - teacher(x_t)|: the
 * difference of both scores, in the unit of the data.
 *
 * @see Yin et al. 2023, https://arxiv.org/abs/2311.18828
 */
export function distributionMatching({ teacher, imitator, besides }: DistributionMatchingOptions): ConsistencyTarget {
  return {
    name: 'distribution matching',
    losses: ({ student, x, noise, timesteps, options }) => {
      const { schedule } = student;
      const { condition, random } = options;
      const at = tf.tensor1d(timesteps, 'int32');
      const { sample } = student.estimate(addNoise(x, noise, at, schedule), at, options);
      const inPixels = Array.from(x.shape.keys()).slice(1);

      const losses = lossWithGradient(sample, (sample) => {
        const looks = random.integers(
          [x.shape[0]],
          Math.floor(LEAST * schedule.steps),
          Math.ceil(MOST * schedule.steps),
        );
        const noisy = addNoise(sample, random.normal(x.shape), looks, schedule);
        const [ofData, ofSamples] = [teacher, imitator].map(
          (denoiser) => denoiser.estimate(noisy, looks as tf.Tensor1D, { condition }).sample,
        ) as [tf.Tensor, tf.Tensor];
        const scale = tf.mean(tf.abs(tf.sub(sample, ofData)), inPixels, true);
        return tf.div(tf.sub(ofSamples, ofData), tf.maximum(scale, 1e-3));
      });
      return besides === undefined ? losses : tf.add(losses, besides(sample, x, condition));
    },
  };
}

/** Half the mean square of a gradient for each example, whose derivative by x is that gradient per number: nothing else is differentiated. */
function lossWithGradient(x: tf.Tensor, gradient: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const loss = tf.customGrad((x, save) => {
    const pull = gradient(x as tf.Tensor);
    (save as tf.GradSaveFunc)([pull]);
    const axes = pull.shape.map((_, axis) => axis).slice(1);
    const size = pull.size / pull.shape[0];
    return {
      value: tf.mul(0.5, tf.mean(tf.square(pull), axes)),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) =>
        tf.mul(tf.div(saved!, size), tf.reshape(dy, [-1, ...axes.map(() => 1)])),
    };
  });
  return loss(x);
}
