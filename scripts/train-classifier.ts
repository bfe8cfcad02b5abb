// Trains the classifier whose last hidden layer is the feature function of the examples' measures.
import * as tf from '@tensorflow/tfjs';
import {
  batches,
  cosineDecay,
  createAdam,
  createRandom,
  saveWeights,
  valueAndGradients,
  type Network,
} from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { startBackend } from '../examples/shared/backend.js';
import { classifierFile, classifierNetwork, classifierOf } from '../examples/shared/classifier.js';
import { loadImages, type LabelledImages } from '../examples/shared/image-data.js';
import { readOptions } from '../examples/shared/options.js';
import { run, writeReport } from '../examples/shared/report.js';

const BATCH_SIZE = 128;
const LEARNING_RATE = 2e-3;
const CLASSES = 10;

const options = readOptions({
  command: 'npm run classifier --',
  about: 'Trains the classifier of the examples on Fashion-MNIST and writes its weights.',
  options: {
    data: {
      kind: 'folder',
      help: 'the four files of Fashion-MNIST; by default the subset that ships with the examples',
    },
    epochs: { kind: 'integer', default: 10, minimum: 1, help: 'passes over the training images' },
    out: { kind: 'output', default: classifierFile, help: 'the file for the weights' },
  },
});

/** The mean of -log p(label), from logits. */
function crossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Scalar {
  const logProbabilities = tf.logSoftmax(logits);
  const chosen = tf.sum(tf.mul(logProbabilities, tf.cast(tf.oneHot(labels, CLASSES), 'float32')), 1);
  return tf.mean(tf.neg(chosen));
}

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
  const { whole }: { readonly whole: Network } = network;
  const source = batches({ x: train.images, condition: train.labels }, { batchSize: BATCH_SIZE, random });
  const steps = options.epochs * source.batchesPerEpoch;
  const optimizer = createAdam({ learningRate: cosineDecay({ from: LEARNING_RATE, to: 0, steps }) });
  optimizer.prepare(whole.variables);
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    let sum = 0;
    for await (const { x, condition } of source) {
      const { value, gradients } = valueAndGradients(
        () => crossEntropy(whole.apply(x, { training: true }), condition),
        whole.variables,
      );
      optimizer.apply(gradients, whole.variables);
      sum += (await value.data())[0]!;
      tf.dispose([value, x, condition, ...gradients]);
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    const loss = (sum / source.batchesPerEpoch).toFixed(3);
    console.log(
      `epoch ${epoch}: loss ${loss}, test accuracy ${(await accuracy(network, test)).toFixed(4)}, ${seconds} s`,
    );
  }
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
