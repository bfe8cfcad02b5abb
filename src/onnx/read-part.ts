import * as tf from '@tensorflow/tfjs-core';
import type { Part } from '../nets/network.js';
import { checkAlive } from '../tensor/checks.js';
import { free, readNumbers } from '../tensor/lost-backend.js';
import { noteOf } from '../tensor/made-by.js';
import { createPause } from '../training/pause.js';
import { savedVariables } from '../training/trainer/trainer.js';
import { nameOf } from './activate.js';
import { buildLayer, checkKinds, weightsOf, type Refuse } from './build-layer.js';
import { kinds } from './kinds.js';
import type { Layer } from './layer.js';

const OWN =
  'Compose it of layers of this library, and export what their functions return; tf2onnx converts a layers model.';

/** Reads how a part was made, and its numbers. */
export async function readPart(where: string, part: Part, refuse: Refuse): Promise<Layer> {
  const variables = savedVariables(part);
  checkAlive(where, 'part', variables);
  const root = layerOf(part, new Map(), refuse);
  checkKinds(root, refuse);
  const wanted = weightsOf([root]);
  if (wanted.map(({ shape }) => shape.join()).join(';') !== variables.map(({ shape }) => shape.join()).join(';')) {
    refuse(`a ${root.kind} with variables that do not belong to its layers`, OWN);
  }
  // clones, so that a step during the read does not change the file
  const copies = variables.map((variable) => tf.clone(variable));
  try {
    const numbers = await readNumbers(where, copies, createPause());
    wanted.forEach((weights, i) => Object.assign(weights, { name: String(i), numbers: numbers[i] }));
  } finally {
    free(copies);
  }
  return root;
}

function layerOf(part: Part, known: Map<Part, Layer>, refuse: Refuse): Layer {
  const seen = known.get(part);
  if (seen !== undefined) return seen;
  const note = noteOf(part);
  if (note?.kind === undefined) return refuse('a part of your own or of fromLayersModel', OWN);
  const options: Record<string, unknown> = { ...note.options };
  if ('likelihood' in options) options['likelihood'] = nameOf(options['likelihood']);
  // a user's own norm is the layers that it returned
  const isOwn = note.kind === 'dcganDiscriminator' && options['norm'] !== undefined && !nameOf(options['norm']);
  const kind = isOwn ? 'sequential' : note.kind;
  // the parts of a ready-made network follow from its options
  const parts = kinds.get(kind)?.parts === undefined ? (note.parts ?? []) : [];
  const inner = (kind === 'spectralNorm' ? parts.slice(0, 1) : parts).map((one) => layerOf(one, known, refuse));
  const layer = buildLayer(kind, options, inner);
  known.set(part, layer);
  return layer;
}
