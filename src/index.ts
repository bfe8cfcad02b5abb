/**
 * Building blocks for generative models on TensorFlow.js. The app chooses the runtime; nothing here names a backend.
 *
 * @packageDocumentation
 */

// Each of these rooms lists its public names in its own index, and nowhere else; api/index.api.md shows them all. They stand from the
// ground up: similar code is then close together in a bundle, which gzip makes 0.4 kB smaller than the other way round.
export * from './random/index.js';
export * from './distributions/index.js';
export * from './nets/index.js';
export * from './training/index.js';
export * from './verdicts/index.js';
export * from './loop/index.js';
export * from './diffusion/index.js';
export * from './gan/index.js';
export * from './vae/index.js';

// The other exports of these rooms are for the rooms above them.
export { repairGradients } from './gradients/repair.js';
export { ShapeError } from './tensor/errors.js';
export { imageGrid, type ImageGridOptions } from './tensor/image-grid.js';
