import type { Denoiser, Network } from 'tfjs-generative';
import { describeModel, loadModel } from 'tfjs-generative/model';
import { inTheMiddle, plainly, type Sampling } from './sampling.js';

/** What makes pictures: a denoiser, how it is sampled, and perhaps a network that doubles their size. */
export interface PictureModel {
  readonly denoiser: Denoiser;
  readonly sampling: Sampling;
  readonly upscaler?: Network;
}

/** Loads a model file that `emoji` or `emoji-64` has written. */
export async function loadPictureModel(bytes: Uint8Array): Promise<PictureModel> {
  const { parts } = describeModel(bytes);
  return 'upscaler' in parts
    ? { ...(await loadModel(bytes, { as: { denoiser: 'denoiser', upscaler: 'network' } })), sampling: inTheMiddle }
    : { ...(await loadModel(bytes, { as: { denoiser: 'denoiser' } })), sampling: plainly };
}
