// Measures how often the emoji example's rule for copies is wrong: which planted copies it misses, and which held-out drawings it wrongly calls copies.
import * as tf from '@tensorflow/tfjs';
import { createRandom, type RandomStream } from 'tfjs-generative';
import { loadPictureClassifier } from './classifier.js';
import { COPY_WITHIN, findCopies } from './copies.js';
import { balanced, choose, pixelsOf, type ColourPictures } from '../../shared/colour-pictures.js';
import { loadPictures } from '../../shared/load-pictures.js';
import { startBackend } from '../../shared/backend.js';
import { readOptions } from '../../shared/options.js';
import { run, writeReport } from '../../shared/report.js';

/** A copy of every fourth training motif is planted. */
const ONE_OF = 4;
/** Rules that are compared: the limits of relative distances in pixels and in features. */
const RULES = [
  { pixels: COPY_WITHIN, features: COPY_WITHIN },
  { pixels: COPY_WITHIN, features: 0 },
  { pixels: 0, features: COPY_WITHIN },
  { pixels: 0.3, features: 0.3 },
  { pixels: 0.7, features: 0.7 },
];

const options = readOptions({
  command: 'npm run tool -- emoji-copies',
  about: 'Plants changed training pictures among held-out ones, and counts which of them the rule calls copies.',
  options: {},
});

type Change = (x: tf.Tensor, random: RandomStream) => tf.Tensor;

const noisy =
  (size: number): Change =>
  (x, random) =>
    tf.clipByValue(tf.add(x, tf.mul(size, random.normal(x.shape))), 0, 1);

/** Moved down and to the right, with white at the borders. */
const shifted =
  (down: number, right: number): Change =>
  (x) => {
    const larger = tf.pad(tf.sub(x, 1), [
      [0, 0],
      [down, 0],
      [right, 0],
      [0, 0],
    ]);
    return tf.add(tf.slice(larger, [0, 0, 0, 0], x.shape), 1);
  };

/** Mixed with another one of the planted pictures. */
const mixed =
  (share: number): Change =>
  (x) => {
    const half = Math.floor(x.shape[0] / 2);
    const others = tf.concat([tf.slice(x, half), tf.slice(x, 0, half)]);
    return tf.add(tf.mul(1 - share, x), tf.mul(share, others));
  };

const CHANGES: Readonly<Record<string, Change>> = {
  unchanged: (x) => tf.clone(x),
  mirrored: (x) => tf.reverse(x, 2),
  'noise of 0.05': noisy(0.05),
  'noise of 0.1': noisy(0.1),
  '16 levels of each colour': (x) => tf.div(tf.round(tf.mul(x, 15)), 15),
  'means over 3 x 3 pixels': (x) => tf.avgPool(x as tf.Tensor4D, 3, 1, 'same'),
  'darker by a tenth': (x) => tf.mul(0.9, x),
  'mixed with a tenth of another': mixed(0.1),
  'mixed with a fifth of another': mixed(0.2),
  'shifted by a pixel': shifted(1, 0),
  'shifted by a pixel both ways': shifted(1, 1),
  'shifted by two pixels': shifted(0, 2),
};

/** The first picture of every fourth motif. */
function planted(train: ColourPictures): ColourPictures {
  const firsts = [...train.motifs.keys()].filter((i) => train.motifs.indexOf(train.motifs[i]!) === i);
  return choose(
    train,
    firsts.filter((_, i) => i % ONE_OF === 0),
  );
}

run(async () => {
  const { train, heldOut } = await loadPictures({ size: 32, background: [1, 1, 1] });
  await startBackend(options);
  const classifier = await loadPictureClassifier();
  const random = createRandom(options.seed);
  const originals = pixelsOf(planted(train));
  const sets = {
    'held-out drawings': pixelsOf(balanced(heldOut)),
    ...Object.fromEntries(
      Object.entries(CHANGES).map(([name, change]) => [name, tf.tidy(() => change(originals, random.fork(name)))]),
    ),
  };
  const all = tf.concat(Object.values(sets));
  const { inPixels, inFeatures, protocol } = await findCopies(all, { train, classifier });
  let end = 0;
  const found = Object.entries(sets).map(([name, x]) => {
    const start = end;
    const [count] = x.shape;
    end += count;
    const shares = RULES.map(({ pixels, features }) => {
      const within = (_: number, i: number) => inPixels[start + i]! <= pixels || inFeatures[start + i]! <= features;
      return Array.from({ length: count }, (_, i) => i).filter(within).length / count;
    });
    return { name, count, shares };
  });
  console.log(
    `limits in pixels or features: ${RULES.map(({ pixels, features }) => `${pixels} or ${features}`).join(', ')}`,
  );
  for (const { name, count, shares } of found) {
    const columns = shares.map((share) => `${(100 * share).toFixed(1)}%`.padStart(7)).join('');
    console.log(`${`${name} (${count})`.padEnd(38)}${columns}`);
  }
  console.log(protocol);
  await writeReport(options.json, { rules: RULES, found, protocol, seed: options.seed });
});
