/**
 * Models in one file: weights, statistics and how the parts were made. They load without the code that made them.
 *
 * @packageDocumentation
 */

export { definePart, type MakePart } from './define-part.js';
export { describeModel, type LayerDescription, type ModelDescription, type PartDescription } from './describe-model.js';
export { fetchModelBytes, type FetchBytesOptions, type FetchProgress } from './fetch-bytes.js';
export { fetchModel, type FetchModelOptions } from './fetch-model.js';
export { loadModel, type LoadModelOptions } from './load-model.js';
export type { ExpectedModel, LoadedModel, ModelKind, ModelParts } from './part-kinds.js';
export { saveModel, type SaveModelOptions } from './save-model.js';
