/**
 * Building blocks for generative models on TensorFlow.js. The app chooses the runtime; nothing here names a backend.
 *
 * @packageDocumentation
 */

// What is public of these rooms is named in the index of each, once; api/index.api.md has every name.
export * from './vae/index.js';
export * from './gan/index.js';
export * from './training/index.js';
export * from './nets/index.js';
export * from './distributions/index.js';
export * from './random/index.js';

// Rooms whose other names are for the rooms above them.
export { repairGradients } from './gradients/index.js';
export { ShapeError } from './tensor/errors.js';
export { imageGrid, type ImageGridOptions } from './tensor/image-grid.js';
