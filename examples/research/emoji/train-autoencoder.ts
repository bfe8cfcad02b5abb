// Trains the autoencoder of emoji whose code is a second set of features, next to those of the classifier.
import * as tf from '@tensorflow/tfjs';
import { batches, createRandom, saveWeights, sequential } from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { randomAffine } from 'tfjs-generative/transforms';
import { startBackend } from '../../shared/backend.js';
import { balanced, pixelsOf } from '../../shared/colour-pictures.js';
import { inParts } from '../../shared/in-parts.js';
import { loadPictures } from '../../shared/load-pictures.js';
import { readOptions } from '../../shared/options.js';
import { run, writeReport } from '../../shared/report.js';
import { squaredError, standardise, trainFeatures } from '../features/train-features.js';
import { pictureAutoencoderFile, pictureAutoencoderNetwork } from './autoencoder.js';

const BATCH_SIZE = 64;
const LEARNING_RATE = 3e-3;

const options = readOptions({
  command: 'npm run tool -- emoji-autoencoder',
  about:
    'Trains the autoencoder of emoji on the training side of the split, without labels, and writes the weights of its encoder.',
  options: {
    epochs: { kind: 'integer', default: 16, minimum: 1, help: 'passes over the balanced training pictures' },
    out: { kind: 'output', default: pictureAutoencoderFile, help: 'the file for the weights' },
  },
});

run(async () => {
  const began = performance.now();
  const set = await loadPictures({ size: 32, background: [1, 1, 1] });
  const backend = await startBackend(options);
  const random = createRandom(options.seed);
  const { encoder, decoder } = pictureAutoencoderNetwork(random.fork('weights'));
  const whole = sequential([encoder, decoder]);
  const heldOut = pixelsOf(set.heldOut);
  const { images } = balanced(set.train);
  let heldOutError = NaN;
  await trainFeatures({
    network: whole,
    source: batches(images, { batchSize: BATCH_SIZE, random, transform: randomAffine({ flip: true, shift: 0.1 }) }),
    epochs: options.epochs,
    learningRate: LEARNING_RATE,
    loss: (x) => squaredError(whole, x),
    async onEpoch(epoch, loss) {
      const error = tf.tidy(() => {
        const copies = inParts(heldOut, (part) => whole.apply(part));
        return tf.mean(tf.sum(tf.square(tf.sub(copies, heldOut)), [1, 2, 3]));
      });
      heldOutError = (await error.data())[0]!;
      error.dispose();
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      console.log(
        `epoch ${epoch}: squared error ${loss.toFixed(1)}, held out ${heldOutError.toFixed(1)}, ${seconds} s`,
      );
    },
  });
  const all = pixelsOf(set.train);
  await standardise(encoder, all);
  const bytes = await saveWeights(encoder, { dtype: 'F16' });
  await saveFile(options.out, bytes);
  const seconds = (performance.now() - began) / 1000;
  const { epochs, seed } = options;
  await writeReport(options.json, { heldOutError, epochs, seed, backend, bytes: bytes.length, seconds });
  console.log(options.out);
});
