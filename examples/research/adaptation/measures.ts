import * as tf from '@tensorflow/tfjs';
import { frechetDistance } from 'tfjs-generative/metrics';
import type { LabelledImages } from 'tfjs-generative/node';
import { outlined } from '../../fine-tuning/pictures.js';
import type { Classifier } from '../../shared/classifier.js';
import { choose, pixelsOf, type ColourPictures } from '../../shared/colour-pictures.js';
import type { FeatureNetwork } from '../../shared/feature-network.js';
import { loadClothes } from '../../shared/image-data.js';
import { loadEyes } from '../../shared/image-measures.js';
import { loadPictures } from '../../shared/load-pictures.js';
import { loadPictureAutoencoder } from '../emoji/autoencoder.js';
import { loadPictureClassifier } from '../emoji/classifier.js';
import { featuresOf, findCopies } from '../emoji/copies.js';

/** Two networks of different kinds, whose features compare pictures in colour, `[n, size, size, 3]` in [0, 1]. */
export interface Networks {
  readonly classifier: Classifier;
  readonly autoencoder: FeatureNetwork;
}

/** The networks for emoji, or those for clothes, which see grey pictures. */
export async function loadNetworks(name: 'emoji' | 'clothes'): Promise<Networks> {
  if (name === 'emoji') {
    return { classifier: await loadPictureClassifier(), autoencoder: await loadPictureAutoencoder() };
  }
  const { classifier, autoencoder } = await loadEyes();
  const ofGrey = <N extends FeatureNetwork>(network: N): N => ({
    ...network,
    features: (pictures) => tf.tidy(() => network.features(tf.mean(pictures, 3, true))),
  });
  return { classifier: ofGrey(classifier), autoencoder: ofGrey(autoencoder) };
}

/** Pictures with which samples are compared: one of each motif that none of `own` shows. */
export async function readHeldOut(
  name: 'emoji' | 'clothes',
  own: ColourPictures,
  folder: string | undefined,
): Promise<ColourPictures> {
  if (name === 'clothes') {
    const { test } = await loadClothes();
    return coloured(outlined(test, [...test.labels.data.keys()]));
  }
  const { train, heldOut } = await loadPictures({ package: folder, size: 32, background: [1, 1, 1] });
  const known = new Set(keysOf(own));
  const [first, second] = [train, heldOut].map((part) => {
    const seen = new Set(part.motifs.filter((_, i) => known.has(keysOf(part)[i]!)));
    const rows = [...part.motifs.keys()].filter((i) => !seen.has(part.motifs[i]!) && seen.add(part.motifs[i]!));
    return choose(part, rows);
  }) as [ColourPictures, ColourPictures];
  return {
    ...first,
    images: {
      data: Uint8Array.from([...first.images.data, ...second.images.data]),
      shape: [first.images.shape[0] + second.images.shape[0], ...(first.images.shape.slice(1) as [number, number, 3])],
    },
    labels: {
      data: Int32Array.from([...first.labels.data, ...second.labels.data]),
      shape: [first.labels.shape[0] + second.labels.shape[0]],
    },
    motifs: Int32Array.from([...first.motifs, ...second.motifs]),
  };
}

/** The pixels of each picture as a text, to find equal ones. */
function keysOf({ images: { data, shape } }: ColourPictures): string[] {
  const size = data.length / shape[0];
  return Array.from({ length: shape[0] }, (_, i) =>
    Buffer.from(data.subarray(i * size, (i + 1) * size)).toString('latin1'),
  );
}

/** Pictures with three channels, each with a motif of its own. */
export function coloured({ data: { x, condition }, classes }: LabelledImages): ColourPictures {
  const [count, height, width, channels] = x.shape;
  const data = Uint8Array.from({ length: count * height * width * 3 }, (_, i) =>
    channels === 3 ? x.data[i]! : x.data[Math.floor(i / 3)]!,
  );
  return {
    images: { data, shape: [count, height, width, 3] },
    labels: condition,
    motifs: Int32Array.from({ length: count }, (_, i) => i),
    classes,
  };
}

/** How near pictures are to held-out ones, in the features of both networks, and how many are copies of training pictures. */
export interface Measures {
  readonly classifier: number;
  readonly autoencoder: number;
  readonly copies: number;
}

/** Measures pictures `[n, size, size, channels]` in [0, 1]. */
export async function measure(
  pictures: tf.Tensor,
  {
    own,
    heldOut,
    networks,
  }: { readonly own: ColourPictures; readonly heldOut: ColourPictures; readonly networks: Networks },
): Promise<Measures> {
  const x = pictures.shape[3] === 3 ? tf.clone(pictures) : tf.tile(pictures, [1, 1, 1, 3]);
  const distance = async (network: FeatureNetwork): Promise<number> => {
    const [a, b] = [network.features(x), featuresOf(heldOut, network.features)];
    const { value } = await frechetDistance(a, b, { features: network.name });
    tf.dispose([a, b]);
    return value;
  };
  const [classifier, autoencoder] = [await distance(networks.classifier), await distance(networks.autoencoder)];
  const { copied } = await findCopies(x, { train: own, classifier: networks.classifier });
  x.dispose();
  return { classifier, autoencoder, copies: copied.filter(Boolean).length / copied.length };
}

/** The measures of the training pictures themselves, and the share of held-out ones that count as copies. */
export async function measureData(
  all: Parameters<typeof measure>[1],
): Promise<{ readonly training: Measures; readonly heldOut: Measures }> {
  const [training, heldOut] = [pixelsOf(all.own), pixelsOf(all.heldOut)];
  const measures = { training: await measure(training, all), heldOut: await measure(heldOut, all) };
  tf.dispose([training, heldOut]);
  return measures;
}
