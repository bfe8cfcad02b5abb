// Trains the classifier whose last hidden layer is the first set of features in the examples' measures.
import * as tf from '@tensorflow/tfjs';
import { batches, createRandom, saveWeights } from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { startBackend } from '../../shared/backend.js';
import { classifierFile, classifierNetwork, classifierOf } from '../../shared/classifier.js';
import { crossEntropy } from '../shared/cross-entropy.js';
import { loadImages, type LabelledImages } from '../../shared/image-data.js';
import { run, writeReport } from '../../shared/report.js';
import { featureOptions, trainFeatures } from './train-features.js';

const BATCH_SIZE = 128;
const LEARNING_RATE = 2e-3;

const options = featureOptions(
  'classifier',
  'Trains the classifier of the examples on Fashion-MNIST and writes its weights.',
  classifierFile,
);

/** The share of test images whose label has the highest probability. */
async function accuracy(network: ReturnType<typeof classifierNetwork>, test: LabelledImages): Promise<number> {
  const { data, shape } = test.images;
  const right = tf.tidy(() => {
    const images = tf.div(tf.tensor4d(Float32Array.from(data), [...shape]), 255);
    const guesses = tf.argMax(classifierOf(network).probabilities(images), 1);
    return tf.mean(tf.cast(tf.equal(guesses, tf.tensor1d(test.labels.data, 'int32')), 'float32'));
  });
  const [value] = await right.data();
  right.dispose();
  return value!;
}

run(async () => {
  const began = performance.now();
  const { train, test } = await loadImages(options.data);
  const backend = await startBackend({ backend: options.backend });
  const random = createRandom(options.seed);
  const network = classifierNetwork(random.fork('weights'));
  const { whole } = network;
  await trainFeatures({
    network: whole,
    source: batches({ x: train.images, condition: train.labels }, { batchSize: BATCH_SIZE, random }),
    epochs: options.epochs,
    learningRate: LEARNING_RATE,
    loss: ({ x, condition }) => crossEntropy(whole.apply(x, { training: true }), condition),
    async onEpoch(epoch, loss) {
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      const right = await accuracy(network, test);
      console.log(`epoch ${epoch}: loss ${loss.toFixed(3)}, test accuracy ${right.toFixed(4)}, ${seconds} s`);
    },
  });
  const bytes = await saveWeights(whole);
  await saveFile(options.out, bytes);
  await writeReport(options.json, {
    accuracy: await accuracy(network, test),
    images: train.images.shape[0],
    epochs: options.epochs,
    seed: options.seed,
    backend,
    bytes: bytes.length,
    seconds: (performance.now() - began) / 1000,
  });
  console.log(options.out);
});
