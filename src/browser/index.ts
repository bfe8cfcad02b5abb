/**
 * Training data from pictures in a page or a worker, and a store of checkpoints.
 *
 * @packageDocumentation
 */

export type { HostImages, ImageLabels, ImageOptions, ImageProgress, LabelledImages } from '../images/host-images.js';
export type { Pixels } from '../images/pixels.js';
export type { CheckpointStore } from '../storage/checkpoint-store.js';
export { browserStore, type BrowserStoreOptions } from './browser-store.js';
export type { BrowserImage } from './decode-source.js';
export { imagesFrom, labelledImagesFrom } from './images-from.js';
