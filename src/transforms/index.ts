/**
 * Random changes of pictures, as the `transform` of `batches`: flips, shifts, rotations, sizes and crops. A denoiser's network
 * can also read what was changed, so that its samples do not show it.
 *
 * @packageDocumentation
 */
export {
  conditionedAugmentation,
  type AugmentedBatch,
  type ConditionedAugmentation,
  type ConditionedAugmentationOptions,
} from './conditioned-augmentation.js';
export { randomAffine, type RandomAffineOptions } from './random-affine.js';
export { randomCrop, type RandomCropOptions } from './random-crop.js';
