import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  loadPictureClassifier,
  pictureClassifierFile,
  trainPictureClassifier,
} from '../../examples/research/emoji/classifier.js';
import { findCopies, findNearest } from '../../examples/research/emoji/copies.js';
import { balanced, choose, pixelsOf, type ColourSet } from '../../examples/shared/colour-pictures.js';
import { loadPictures } from '../../examples/shared/load-pictures.js';
import { measurePictures, recognised, type PictureMeasures } from '../../examples/research/emoji/measures.js';
import { resized } from '../../examples/research/emoji/resized.js';
import type { Classifier } from '../../examples/shared/classifier.js';
import { createRandom } from '../../src/index.js';
import { loadFile } from '../../src/node/index.js';
import '../setup/wasm.js'; // on cpu the convolutions would take minutes

let set: ColourSet;
let small: ColourSet;
let classifier: Classifier;

/** Every `step`-th picture. */
const some = (pictures: ColourSet['train'], step: number) =>
  choose(
    pictures,
    [...pictures.labels.data.keys()].filter((i) => i % step === 0),
  );

beforeAll(async () => {
  classifier = await loadPictureClassifier();
  set = await loadPictures({ size: 32, background: [1, 1, 1] });
  small = { train: some(set.train, 10), heldOut: some(set.heldOut, 12) };
});

afterAll(() => classifier.dispose());

describe('the classifier of emoji', () => {
  it('is small enough to ship', async () => {
    expect((await loadFile(pictureClassifierFile)).length).toBeLessThan(450_000);
  });

  it('recognises held-out drawings several times as often as by chance, each class counting the same', async () => {
    const { share, ofClasses } = await recognised(classifier, set.heldOut);
    expect(share).toBeGreaterThan(0.55);
    expect(ofClasses).toHaveLength(9);
    expect(ofClasses.reduce((sum, own) => sum + own) / 9).toBeCloseTo(share, 10);
  });

  it('sees twice as large pictures as it sees their averages', async () => {
    const pictures = pixelsOf(some(set.heldOut, 40));
    const large = tf.image.resizeNearestNeighbor(pictures, [64, 64]);
    const [a, b] = [classifier.features(pictures), classifier.features(large)];
    const difference = tf.max(tf.abs(tf.sub(a, b)));
    expect((await difference.data())[0]).toBeLessThan(1e-3);
    const odd = classifier.features(tf.zeros([2, 24, 40, 3]));
    expect(odd.shape).toEqual([2, 64]);
    tf.dispose([pictures, large, a, b, difference, odd]);
  });

  it('is trained on pictures of any classes, without tensors left over', async () => {
    const colours = [
      [255, 0, 0],
      [0, 0, 255],
    ];
    const data = new Uint8Array(24 * 32 * 32 * 3);
    const labels = Int32Array.from({ length: 24 }, (_, i) => i % 2);
    for (let at = 0; at < data.length; at++) data[at] = colours[labels[Math.floor(at / 3072)]!]![at % 3]!;
    const pictures = {
      images: { data, shape: [24, 32, 32, 3] },
      labels: { data: labels, shape: [24] },
      motifs: Int32Array.from(labels.keys()),
      classes: ['red', 'blue'],
    } as const;
    const before = tf.memory().numTensors;
    const { classifier: own } = await trainPictureClassifier({ pictures, updates: 20, random: createRandom(1) });
    expect(own.name).toContain('24 pictures of 2 classes');
    expect((await recognised(own, pictures)).share).toBe(1);
    own.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('measures of colour pictures', () => {
  let ofTraining: PictureMeasures;

  beforeAll(async () => {
    // "samples" that are training pictures of the classes asked for
    const { labels } = balanced(small.heldOut);
    const rows = Array.from(labels.data, (label) => small.train.labels.data.indexOf(label));
    const samples = pixelsOf(choose(small.train, rows));
    const before = tf.memory().numTensors;
    ofTraining = await measurePictures(samples, labels.data, { set: small, seed: 3, classifier });
    expect(tf.memory().numTensors).toBe(before);
    samples.dispose();
  });

  it('take every training picture for a copy, and few held-out ones', () => {
    expect(ofTraining.copies).toBe(1);
    expect(ofTraining.copiesOfHeldOut).toBeLessThan(0.2);
  });

  it('find in held-out pictures the shares of held-out pictures, and no distance', async () => {
    const heldOut = balanced(small.heldOut);
    const samples = pixelsOf(heldOut);
    const measures = await measurePictures(samples, heldOut.labels.data, { set: small, seed: 3, classifier });
    samples.dispose();
    expect(measures.recognised).toBe(measures.recognisedOfHeldOut);
    expect(measures.copies).toBe(measures.copiesOfHeldOut);
    expect(measures.frechetDistance).toBeLessThan(1e-3);
    expect(measures.ofTraining).toEqual(ofTraining.ofTraining);
    expect(measures.ofTraining.frechetDistance).toBeGreaterThan(1);
  });

  it('give the shares of requested and predicted classes, which sum to 1', () => {
    for (const which of ['requested', 'predicted'] as const) {
      expect(ofTraining.classes.reduce((sum, row) => sum + row[which], 0)).toBeCloseTo(1, 10);
    }
    expect(ofTraining.classes.map(({ name }) => name)).toEqual(set.train.classes);
  });

  it('state their protocols', () => {
    const { protocols } = ofTraining;
    expect(Object.keys(protocols).sort()).toEqual(['copies', 'frechetDistance', 'kernelDistance', 'recognised']);
    expect(protocols.copies).toContain('at most 0.5 times as far');
    expect(protocols.frechetDistance).toContain('64 features (last hidden layer of the emoji classifier');
    expect(protocols.recognised).toContain('seed 3');
  });
});

describe('copies of colour pictures', () => {
  it('are found mirrored, with noise and in few levels, and name their original', async () => {
    const rows = [5, 60, 130, 200, 280];
    const originals = pixelsOf(choose(small.train, rows));
    const noise = createRandom(1).normal(originals.shape);
    const changed = tf.tidy(() => [
      tf.reverse(originals, 2),
      tf.add(originals, tf.mul(0.03, noise)),
      tf.div(tf.round(tf.mul(originals, 15)), 15),
    ]);
    const all = tf.concat(changed);
    const { copied } = await findCopies(all, { train: small.train, classifier });
    expect(copied).toEqual(copied.map(() => true));
    const { rows: nearest } = await findNearest(all, small.train);
    const motifs = Array.from(nearest, (row) => small.train.motifs[row]!);
    expect(motifs).toEqual([...rows, ...rows, ...rows].map((row) => small.train.motifs[row]!));
    tf.dispose([originals, noise, ...changed, all]);
  });

  it('are not mixtures of two training pictures in equal parts', async () => {
    const x = pixelsOf(choose(small.train, [5, 60, 130, 200]));
    const mixed = tf.tidy(() => tf.mul(0.5, tf.add(x, tf.reverse(x, 0))));
    const { copied } = await findCopies(mixed, { train: small.train, classifier });
    expect(copied).toEqual([false, false, false, false]);
    tf.dispose([x, mixed]);
  });
});

describe('resized', () => {
  it('averages parts of whole pixels, and keeps pictures that have the size', async () => {
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], [1, 4, 4, 1]);
    const half = resized(x, 2);
    expect(Array.from(await half.data())).toEqual([3.5, 5.5, 11.5, 13.5]);
    const same = resized(x, 4);
    expect(await same.data()).toEqual(await x.data());
    tf.dispose([x, half, same]);
  });
});
