/** Shared code of the scripts that train the feature networks of the examples' measures. */
import * as tf from '@tensorflow/tfjs';
import {
  cosineDecay,
  createAdam,
  valueAndGradients,
  type Batch,
  type BatchSource,
  type Network,
} from 'tfjs-generative';
import { inParts } from '../../shared/in-parts.js';
import { readOptions } from '../../shared/options.js';

/** The options of such a script, named by its command; the weights go to `file` by default. */
export function featureOptions(command: string, about: string, file: string) {
  return readOptions({
    command: `npm run tool -- ${command}`,
    about,
    options: {
      data: {
        kind: 'folder',
        help: 'the four files of Fashion-MNIST; by default the subset that ships with the examples',
      },
      epochs: { kind: 'integer', default: 10, minimum: 1, help: 'passes over the training images' },
      out: { kind: 'output', default: file, help: 'the file for the weights' },
    },
  });
}

/** The arguments of {@link trainFeatures}. */
interface Training<B extends Batch> {
  readonly network: Network;
  readonly source: BatchSource<B>;
  readonly epochs: number;
  /** The learning rate of the first update; it decays to 0 along a cosine. */
  readonly learningRate: number;
  readonly loss: (batch: B) => tf.Scalar;
  /** Called after each epoch, with the mean loss of its batches. */
  readonly onEpoch: (epoch: number, loss: number) => Promise<void>;
}

/** Trains a network with Adam. */
export async function trainFeatures<B extends Batch>(training: Training<B>): Promise<void> {
  const { network, source, epochs, learningRate, loss, onEpoch } = training;
  const steps = epochs * source.batchesPerEpoch;
  const optimizer = createAdam({ learningRate: cosineDecay({ from: learningRate, to: 0, steps }) });
  optimizer.prepare(network.variables);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    let sum = 0;
    for await (const batch of source) {
      const { value, gradients } = valueAndGradients(() => loss(batch), network.variables);
      optimizer.apply(gradients, network.variables);
      sum += (await value.data())[0]!;
      tf.dispose([value, batch, ...gradients]);
    }
    await onEpoch(epoch, sum / source.batchesPerEpoch);
  }
}

/** The mean over images of the summed squared error of their pixels in [0, 1]. */
export function squaredError(whole: Network, images: tf.Tensor): tf.Scalar {
  const error = tf.sub(whole.apply(images, { training: true }), images);
  return tf.mean(tf.sum(tf.square(error), [1, 2, 3]));
}

/** Scales the last layer of the encoder so that the mean variance of its outputs for `images` is 1. */
export async function standardise(encoder: Network, images: tf.Tensor): Promise<void> {
  const mean = tf.tidy(() =>
    tf.mean(
      tf.moments(
        inParts(images, (part) => encoder.apply(part)),
        0,
      ).variance,
    ),
  );
  const [variance] = await mean.data();
  mean.dispose();
  for (const variable of encoder.variables.slice(-2)) {
    tf.tidy(() => variable.assign(tf.div(variable, Math.sqrt(variance!))));
  }
}
