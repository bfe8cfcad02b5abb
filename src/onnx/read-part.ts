import * as tf from '@tensorflow/tfjs-core';
import type { Part } from '../nets/network.js';
import { unusable } from '../tensor/errors.js';
import { noteOf } from '../tensor/made-by.js';
import { savedVariables } from '../training/trainer/trainer.js';
import { nameOf } from './activate.js';
import { buildLayer, weightsOf } from './build-layer.js';
import { kinds } from './kinds.js';
import type { Layer } from './layer.js';

/** Reads how a part was made; a part of another origin has the kind ''. */
export function layerOf(part: Part, known = new Map<Part, Layer>()): Layer {
  const seen = known.get(part);
  if (seen !== undefined) return seen;
  const { kind = '', options, parts = [] } = noteOf(part) ?? {};
  const { norm, likelihood } = { ...options } as Record<string, unknown>;
  // a user's own norm is the layers that it returned
  const maker = kind === 'dcganDiscriminator' && norm !== undefined && !nameOf(norm) ? 'sequential' : kind;
  // the parts of a ready-made network follow from its options
  const inner = kinds.get(maker)?.parts === undefined ? parts : [];
  const layer = buildLayer(
    maker,
    likelihood ? { likelihood: nameOf(likelihood) } : { ...options },
    // the second part of spectralNorm has no function that makes it
    inner.slice(0, kind === 'spectralNorm' ? 1 : undefined).map((one) => layerOf(one, known)),
  );
  known.set(part, layer);
  return layer;
}

/** Reads the numbers of a part into its layers. Throws if the part has been disposed, or has others than those. */
export async function readPart(where: string, part: Part, root: Layer): Promise<void> {
  const variables = savedVariables(part);
  const wanted = weightsOf([root]);
  if (wanted.length !== variables.length || variables.some(({ isDisposed }) => isDisposed)) {
    throw unusable(where, 'part', 'must have the variables of its layers', { seen: 'others, or one that is disposed' });
  }
  // clones, so that a step during the read does not change the file
  const copies = variables.map((variable) => tf.clone(variable));
  try {
    const numbers = await Promise.all(copies.map((copy) => copy.data()));
    wanted.forEach((one, i) => Object.assign(one, { name: String(i), shape: copies[i]!.shape, numbers: numbers[i] }));
  } finally {
    tf.dispose(copies);
  }
}
