import { activation } from './kinds/activation.js';
import { attention } from './kinds/attention.js';
import { batchNorm } from './kinds/batch-norm.js';
import { concatLatents } from './kinds/concat-latents.js';
import { convDecoder } from './kinds/conv-decoder.js';
import { convEncoder } from './kinds/conv-encoder.js';
import { conv2d } from './kinds/conv2d.js';
import { conv2dTranspose } from './kinds/conv2d-transpose.js';
import { createDecoder } from './kinds/create-decoder.js';
import { createDenoiser } from './kinds/create-denoiser.js';
import { createGaussianEncoder } from './kinds/create-gaussian-encoder.js';
import { dcganDiscriminator } from './kinds/dcgan-discriminator.js';
import { dcganGenerator } from './kinds/dcgan-generator.js';
import { denoisingMlp } from './kinds/denoising-mlp.js';
import { dense } from './kinds/dense.js';
import { dit, places, plainNorm } from './kinds/dit.js';
import { ditBlock } from './kinds/dit-block.js';
import { dropout } from './kinds/dropout.js';
import { embedding } from './kinds/embedding.js';
import { glu } from './kinds/glu.js';
import { groupNorm } from './kinds/group-norm.js';
import { layerNorm } from './kinds/layer-norm.js';
import { minibatchStddev } from './kinds/minibatch-stddev.js';
import { mlp } from './kinds/mlp.js';
import { patchwise } from './kinds/patchwise.js';
import { reshape } from './kinds/reshape.js';
import { besideInput, residual } from './kinds/residual.js';
import { residualBlock } from './kinds/residual-block.js';
import { sequential } from './kinds/sequential.js';
import { spectralNorm } from './kinds/spectral-norm.js';
import { timeEmbedding } from './kinds/time-embedding.js';
import { embedTokens, transformer } from './kinds/transformer.js';
import { unet, unet1d } from './kinds/unet.js';
import { upsample } from './kinds/upsample.js';
import { withCondition } from './kinds/with-condition.js';
import { withProjection } from './kinds/with-projection.js';
import { withScaleAndShift } from './kinds/with-scale-and-shift.js';
import { withNamedCondition, withPicture } from './kinds/with-picture.js';
import { withStepSizes } from './kinds/with-step-sizes.js';
import { withTimesteps } from './kinds/with-timesteps.js';
import type { Kind } from './layer.js';

/** How layers, networks and parts are exported, by the functions that make them; `activation`, `besideInput`, `embedTokens`, `places`
 * and `plainNorm` are inside of others. */
export const kinds: Readonly<Record<string, Kind | undefined>> = {
  activation,
  attention,
  batchNorm,
  besideInput,
  concatLatents,
  conv1d: conv2d,
  conv1dTranspose: conv2dTranspose,
  conv2d,
  conv2dTranspose,
  convDecoder,
  convEncoder,
  createDecoder,
  createDenoiser,
  createDiscriminator: sequential,
  createGaussianEncoder,
  createGenerator: sequential,
  dcganDiscriminator,
  dcganGenerator,
  denoisingMlp,
  dense,
  dit,
  ditBlock,
  dropout,
  embedding,
  embedTokens,
  flatten: reshape,
  freeze: sequential,
  gaussianNoise: dropout,
  glu,
  groupNorm,
  layerNorm,
  minibatchStddev,
  mlp,
  patchwise,
  places,
  plainNorm,
  reshape,
  residual,
  residualBlock,
  sequential,
  spectralNorm,
  timeEmbedding,
  transformer,
  unet,
  unet1d,
  upsample,
  upsample1d: upsample,
  withClip: createDenoiser,
  withCondition,
  withNamedCondition,
  withPicture,
  withProjection,
  withScaleAndShift,
  withStepSizes,
  withTimesteps,
};
