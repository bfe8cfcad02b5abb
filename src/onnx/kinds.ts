import { activation } from './kinds/activation.js';
import { attention } from './kinds/attention.js';
import { batchNorm } from './kinds/batch-norm.js';
import { concatLatents } from './kinds/concat-latents.js';
import { convDecoder } from './kinds/conv-decoder.js';
import { convEncoder } from './kinds/conv-encoder.js';
import { conv2d } from './kinds/conv2d.js';
import { conv2dTranspose } from './kinds/conv2d-transpose.js';
import { dcganDiscriminator } from './kinds/dcgan-discriminator.js';
import { dcganGenerator } from './kinds/dcgan-generator.js';
import { denoisingMlp } from './kinds/denoising-mlp.js';
import { dense } from './kinds/dense.js';
import { dropout } from './kinds/dropout.js';
import { embedding } from './kinds/embedding.js';
import { flatten } from './kinds/flatten.js';
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
import { unet } from './kinds/unet.js';
import { upsample } from './kinds/upsample.js';
import { withCondition } from './kinds/with-condition.js';
import { withProjection } from './kinds/with-projection.js';
import { withScaleAndShift } from './kinds/with-scale-and-shift.js';
import { withTimesteps } from './kinds/with-timesteps.js';
import type { Kind } from './layer.js';

/** How layers and networks are exported, by the functions that make them; `activation` and `besideInput` are inside of others. */
export const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['activation', activation],
  ['attention', attention],
  ['batchNorm', batchNorm],
  ['besideInput', besideInput],
  ['concatLatents', concatLatents],
  ['conv2d', conv2d],
  ['conv2dTranspose', conv2dTranspose],
  ['convDecoder', convDecoder],
  ['convEncoder', convEncoder],
  ['createDiscriminator', sequential],
  ['createGenerator', sequential],
  ['dcganDiscriminator', dcganDiscriminator],
  ['dcganGenerator', dcganGenerator],
  ['denoisingMlp', denoisingMlp],
  ['dense', dense],
  ['dropout', dropout],
  ['embedding', embedding],
  ['embedTokens', embedTokens],
  ['flatten', flatten],
  ['gaussianNoise', dropout],
  ['glu', glu],
  ['groupNorm', groupNorm],
  ['layerNorm', layerNorm],
  ['minibatchStddev', minibatchStddev],
  ['mlp', mlp],
  ['patchwise', patchwise],
  ['reshape', reshape],
  ['residual', residual],
  ['residualBlock', residualBlock],
  ['sequential', sequential],
  ['spectralNorm', spectralNorm],
  ['timeEmbedding', timeEmbedding],
  ['transformer', transformer],
  ['unet', unet],
  ['upsample', upsample],
  ['withCondition', withCondition],
  ['withProjection', withProjection],
  ['withScaleAndShift', withScaleAndShift],
  ['withTimesteps', withTimesteps],
]);
