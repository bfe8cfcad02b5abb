// Trains the autoencoder whose code is the second set of features in the examples' measures.
import * as tf from '@tensorflow/tfjs';
import { batches, createRandom, saveWeights, sequential } from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { autoencoderFile, autoencoderNetwork } from '../../shared/autoencoder.js';
import { startBackend } from '../../shared/backend.js';
import { firstPictures } from '../../shared/flat-images.js';
import { loadClothes } from '../../shared/image-data.js';
import { inParts } from '../../shared/in-parts.js';
import { run, writeReport } from '../../shared/report.js';
import { featureOptions, squaredError, standardise, trainFeatures } from './train-features.js';

const BATCH_SIZE = 128;
const LEARNING_RATE = 3e-3;
/** Number of training images from which the scale of the code is computed. */
const SCALED_BY = 20_000;

const options = featureOptions(
  'autoencoder',
  'Trains the autoencoder of the examples on Fashion-MNIST and writes the weights of its encoder.',
  autoencoderFile,
);

run(async () => {
  const began = performance.now();
  const { train, test } = await loadClothes(options.data);
  const backend = await startBackend(options);
  const random = createRandom(options.seed);
  const { encoder, decoder } = autoencoderNetwork(random.fork('weights'));
  const whole = sequential([encoder, decoder]);
  const testImages = firstPictures(test, Infinity);
  let testError = NaN;
  await trainFeatures({
    network: whole,
    source: batches(train.images, { batchSize: BATCH_SIZE, random }),
    epochs: options.epochs,
    learningRate: LEARNING_RATE,
    loss: (x) => squaredError(whole, x),
    async onEpoch(epoch, loss) {
      const ofTest = tf.tidy(() => {
        const copies = inParts(testImages, (part) => whole.apply(part));
        return tf.mean(tf.sum(tf.square(tf.sub(copies, testImages)), [1, 2, 3]));
      });
      testError = (await ofTest.data())[0]!;
      ofTest.dispose();
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      const errors = `squared error ${loss.toFixed(3)}, of test images ${testError.toFixed(3)}`;
      console.log(`epoch ${epoch}: ${errors}, ${seconds} s`);
    },
  });
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
