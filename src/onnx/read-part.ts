import * as tf from '@tensorflow/tfjs-core';
import type { Part } from '../nets/network.js';
import { noteOf, settingsOf } from '../tensor/made-by.js';
import { savedVariables } from '../training/trainer/trainer.js';
import { nameOf } from './activate.js';
import { buildLayer, weightsOf } from './build-layer.js';
import { kinds } from './kinds.js';
import type { Layer } from './layer.js';

/** Reads how a part was made; a part of another origin has the kind ''. */
export function layerOf(part: Part, known = new Map<Part, Layer>()): Layer {
  const seen = known.get(part);
  if (seen !== undefined) return seen;
  const { defined, kind = defined?.kind ?? '', options, parts = [] } = noteOf(Object(part) as Part) ?? {};
  const { norm, likelihood } = { ...options } as { readonly norm?: unknown; readonly likelihood?: object };
  // a user's own norm is the layers that it returned
  const maker = kind === 'dcganDiscriminator' && norm !== undefined && !nameOf(norm) ? 'sequential' : kind;
  // the parts of a ready-made network follow from its options
  const inner = kinds[maker]?.parts === undefined ? parts : [];
  const layer = buildLayer(
    maker,
    likelihood ? { likelihood: settingsOf(likelihood) ?? nameOf(likelihood) } : { ...options },
    // the second part of spectralNorm has no function that makes it
    inner.slice(0, kind === 'spectralNorm' ? 1 : undefined).map((one) => layerOf(one, known)),
  );
  known.set(part, layer);
  return layer;
}

/** Reads the numbers of a part into its layers; they get none if a variable was disposed. */
export async function readPart(part: Part, root: Layer): Promise<void> {
  // clones, so that a step during the read does not change the file
  const copies = savedVariables(part).flatMap((variable) => (variable.isDisposed ? [] : tf.clone(variable)));
  try {
    const numbers = await Promise.all(copies.map((copy) => copy.data()));
    const wanted = weightsOf([root]);
    if (wanted.length !== copies.length) return;
    wanted.forEach((one, i) => Object.assign(one, { name: String(i), shape: copies[i]!.shape, numbers: numbers[i] }));
  } finally {
    tf.dispose(copies);
  }
}
