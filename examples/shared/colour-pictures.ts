import * as tf from '@tensorflow/tfjs-core';

/** Colour pictures of one size, with the class and the motif of each. */
export interface ColourPictures {
  /** Pixels from 0 to 255, shape [n, height, width, 3]. */
  readonly images: { readonly data: Uint8Array; readonly shape: readonly [number, number, number, 3] };
  /** Shape [n]. */
  readonly labels: { readonly data: Int32Array; readonly shape: readonly [number] };
  /** What each picture shows: pictures with the same number are versions of one motif, such as its skin tones. */
  readonly motifs: Int32Array;
  /** The names of the classes. */
  readonly classes: readonly string[];
}

/** A data set in two parts that have no motif in common. */
export interface ColourSet {
  readonly train: ColourPictures;
  readonly heldOut: ColourPictures;
}

/** One of five motifs of each class is held out. */
export const ONE_OF = 5;

/** The motifs of each class are split one to four, in their order, so that both parts have all kinds. */
export function split(pictures: ColourPictures): ColourSet {
  const seen = pictures.classes.map(() => new Set<number>());
  const held = new Set<number>();
  pictures.motifs.forEach((motif, i) => {
    const ofClass = seen[pictures.labels.data[i]!]!;
    if (ofClass.has(motif)) return;
    ofClass.add(motif);
    if (ofClass.size % ONE_OF === 0) held.add(motif);
  });
  const indices = [...pictures.motifs.keys()];
  return {
    train: choose(
      pictures,
      indices.filter((i) => !held.has(pictures.motifs[i]!)),
    ),
    heldOut: choose(
      pictures,
      indices.filter((i) => held.has(pictures.motifs[i]!)),
    ),
  };
}

/**
 * Repeats the pictures of small classes, so that the shares of classes are about proportional to the square roots of their sizes:
 * of the emoji, 60% are people, most of them in six skin tones; of the balanced ones, 30%. With the power 1, all shares are about
 * equal; with 0, they stay as they are.
 */
export function balanced(pictures: ColourPictures, power = 1 / 2): ColourPictures {
  const sizes = pictures.classes.map((_, label) => pictures.labels.data.filter((own) => own === label).length);
  const most = Math.max(...sizes);
  const times = sizes.map((size) => Math.round((most / Math.max(1, size)) ** power));
  const rows = [...pictures.labels.data.keys()];
  return choose(
    pictures,
    rows.flatMap((i) => new Array<number>(times[pictures.labels.data[i]!]!).fill(i)),
  );
}

/** Some pictures of a set. */
export function choose(
  { images, labels, motifs, classes }: ColourPictures,
  indices: readonly number[],
): ColourPictures {
  const [, height, width] = images.shape;
  const size = 3 * height * width;
  const data = new Uint8Array(indices.length * size);
  indices.forEach((from, to) => data.set(images.data.subarray(from * size, (from + 1) * size), to * size));
  return {
    images: { data, shape: [indices.length, height, width, 3] },
    labels: { data: Int32Array.from(indices, (i) => labels.data[i]!), shape: [indices.length] },
    motifs: Int32Array.from(indices, (i) => motifs[i]!),
    classes,
  };
}

/** Pixels in [0, 1], `[n, height, width, 3]`; the caller disposes them. */
export function pixelsOf({ images: { data, shape } }: ColourPictures): tf.Tensor4D {
  return tf.tidy(() => tf.div(tf.tensor4d(Float32Array.from(data), [...shape]), 255));
}

/**
 * The balanced pictures with the classes in turn, as far as each has pictures, and repetitions last: the first few are then of all
 * classes, and all different.
 */
export function inTurn(pictures: ColourPictures): ColourPictures {
  const whole = balanced(pictures);
  const { labels, classes } = whole;
  const sizeOf = (own: ArrayLike<number>, label: number): number =>
    Array.from(own).filter((one) => one === label).length;
  const sizes = classes.map((_, label) => sizeOf(pictures.labels.data, label));
  const seen = classes.map(() => 0);
  const rows = Array.from(labels.data, (label, i) => {
    const [size, place] = [sizes[label]!, seen[label]!++];
    const times = sizeOf(labels.data, label) / size;
    return { i, label, turn: (place % times) * size + Math.floor(place / times) };
  });
  rows.sort((a, b) => a.turn - b.turn || a.label - b.label);
  return choose(
    whole,
    rows.map(({ i }) => i),
  );
}
