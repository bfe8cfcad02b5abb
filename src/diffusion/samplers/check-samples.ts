import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { unusable } from '../../tensor/errors.js';
import { readNumbers } from '../../tensor/lost-backend.js';
import { recorder } from '../../tensor/recorder.js';
import type { Denoiser } from '../denoiser.js';

/** Rejects unless all samples are finite, in one small read; the weights are read only if they are not. In a recording, they have no numbers yet. */
export async function checkSamples(where: string, samples: Tensor, denoiser: Denoiser): Promise<void> {
  if (recorder() || (await areFinite(where, [samples]))) return;
  const fix = (await areFinite(where, denoiser.variables ?? []))
    ? 'Its weights are finite: look at `condition`, `guidance` and `from.x`; `clip` bounds estimates that grow.'
    : 'Its weights are not finite: load a checkpoint from before.';
  throw unusable(where, 'denoiser', 'must make finite samples', { seen: 'NaN or infinity', fix });
}

async function areFinite(where: string, tensors: readonly Tensor[]): Promise<boolean> {
  const flags = tf.tidy(() => tensors.map(allFinite));
  return (await readNumbers(where, flags).finally(() => tf.dispose(flags))).every(([flag]) => flag);
}

/** A scalar, 1 if all numbers are finite. */
export function allFinite(tensor: Tensor): Tensor {
  return tf.all(tf.isFinite(tensor));
}
