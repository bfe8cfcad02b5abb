// Trains the autoencoder whose code is the second kind of features of the examples' measures.
import * as tf from '@tensorflow/tfjs';
import {
  batches,
  cosineDecay,
  createAdam,
  createRandom,
  saveWeights,
  sequential,
  valueAndGradients,
  type Network,
} from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { autoencoderFile, autoencoderNetwork } from '../examples/shared/autoencoder.js';
import { startBackend } from '../examples/shared/backend.js';
import { firstPictures } from '../examples/shared/flat-images.js';
import { loadClothes } from '../examples/shared/image-data.js';
import { inParts } from '../examples/shared/in-parts.js';
import { readOptions } from '../examples/shared/options.js';
import { run, writeReport } from '../examples/shared/report.js';

const BATCH_SIZE = 128;
const LEARNING_RATE = 3e-3;
/** Training images that the scale of the code is measured on. */
const SCALED_BY = 20_000;

const options = readOptions({
  command: 'npm run autoencoder --',
  about: 'Trains the autoencoder of the examples on Fashion-MNIST and writes the weights of its encoder.',
  options: {
    data: {
      kind: 'folder',
      help: 'the four files of Fashion-MNIST; by default the subset that ships with the examples',
    },
    epochs: { kind: 'integer', default: 10, minimum: 1, help: 'passes over the training images' },
    out: { kind: 'output', default: autoencoderFile, help: 'the file for the weights' },
  },
});

/** The mean over images of the summed squared error of their pixels in [0, 1]. */
function squaredError(whole: Network, images: tf.Tensor): tf.Scalar {
  const error = tf.sub(whole.apply(images, { training: true }), images);
  return tf.mean(tf.sum(tf.square(error), [1, 2, 3]));
}

/** Scales the last layer of the encoder so that the mean variance of its outputs for `images` is 1. */
async function standardise(encoder: Network, images: tf.Tensor): Promise<void> {
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

run(async () => {
  const began = performance.now();
  const { train, test } = await loadClothes(options.data);
  const backend = await startBackend(options);
  const random = createRandom(options.seed);
  const { encoder, decoder } = autoencoderNetwork(random.fork('weights'));
  const whole = sequential([encoder, decoder]);
  const source = batches(train.images, { batchSize: BATCH_SIZE, random });
  const steps = options.epochs * source.batchesPerEpoch;
  const optimizer = createAdam({ learningRate: cosineDecay({ from: LEARNING_RATE, to: 0, steps }) });
  optimizer.prepare(whole.variables);
  const testImages = firstPictures(test, Infinity);
  let testError = NaN;
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    let sum = 0;
    for await (const x of source) {
      const { value, gradients } = valueAndGradients(() => squaredError(whole, x), whole.variables);
      optimizer.apply(gradients, whole.variables);
      sum += (await value.data())[0]!;
      tf.dispose([value, x, ...gradients]);
    }
    const ofTest = tf.tidy(() => {
      const copies = inParts(testImages, (part) => whole.apply(part));
      return tf.mean(tf.sum(tf.square(tf.sub(copies, testImages)), [1, 2, 3]));
    });
    testError = (await ofTest.data())[0]!;
    ofTest.dispose();
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.log(
      `epoch ${epoch}: squared error ${(sum / source.batchesPerEpoch).toFixed(3)}, of test images ${testError.toFixed(3)}, ${seconds} s`,
    );
  }
  await standardise(encoder, firstPictures(train, SCALED_BY));
  const bytes = await saveWeights(encoder, { dtype: 'F16' });
  await saveFile(options.out, bytes);
  await writeReport(options.json, {
    testError,
    images: train.images.shape[0],
    epochs: options.epochs,
    seed: options.seed,
    backend,
    bytes: bytes.length,
    seconds: (performance.now() - began) / 1000,
  });
  console.log(options.out);
});
