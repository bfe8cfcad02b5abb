/**
 * Random changes of pictures, as the `transform` of `batches`: flips, shifts, rotations, sizes and crops; and changes that a denoiser's
 * network is told of, so that its samples do not show them.
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
