import * as tf from '@tensorflow/tfjs';
import { createRandom } from '../../src/index.js';
import { BATCH_SIZE, createModel, ROWS, type Row } from '../../examples/research/vae-literature/model.js';

const PIXELS = 784;
/** As many as a VampPrior has inputs. */
const IMAGES = 500;

/** A step of a row of the literature's table: gated layers 784-300-300-40 and back, 500 components, 100 images. */
function stepOf(row: Row): () => void {
  const random = createRandom(1);
  const data = Uint8Array.from({ length: IMAGES * PIXELS }, (_, i) => (37 * i) % 256);
  const { trainer } = createModel({
    row,
    mixture: false,
    train: { data, shape: [IMAGES, PIXELS] },
    steps: 1000,
    rate: 1e-3,
    random,
  });
  const x = tf.tidy(() => tf.round(random.uniform([BATCH_SIZE, PIXELS])));
  return () => tf.dispose(Object.values(trainer.step(x)));
}

/** Training steps of VAEs under different priors. */
export const priorModels: Readonly<Record<string, () => () => void>> = Object.fromEntries(
  ROWS.filter((row) => row !== 'conv').map((row) => [`prior ${row}`, () => stepOf(row)]),
);
