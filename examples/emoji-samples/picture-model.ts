import type { Denoiser, Network } from 'tfjs-generative';
import { describeModel, loadModel } from 'tfjs-generative/model';
import { inTheMiddle, plainly, type Sampling } from './sampling.js';

/** What makes pictures: a denoiser, how it is sampled, and perhaps a network that doubles their size. */
export interface PictureModel {
  readonly denoiser: Denoiser;
  readonly sampling: Sampling;
  readonly upscaler?: Network;
}

/**
 * Loads a model file that `emoji` or `emoji-64` has written.
 *
 * @param guide - a file of a weaker denoiser of the same pictures, away from which samples are led; none by default
 */
export async function loadPictureModel(bytes: Uint8Array, guide?: Uint8Array): Promise<PictureModel> {
  const { parts } = describeModel(bytes);
  const model =
    'upscaler' in parts
      ? { ...(await loadModel(bytes, { as: { denoiser: 'denoiser', upscaler: 'network' } })), sampling: inTheMiddle }
      : { ...(await loadModel(bytes, { as: { denoiser: 'denoiser' } })), sampling: plainly };
  if (guide === undefined) return model;
  const { denoiser } = await loadModel(guide, { as: { denoiser: 'denoiser' } });
  return { ...model, sampling: { ...model.sampling, guide: denoiser } };
}
