/**
 * Networks made from tfjs layers models.
 *
 * @packageDocumentation
 */

export { fromLayersModel, type FromLayersModelOptions, type ModelInput } from './from-layers-model.js';
export type { ApplyOptions, Network } from '../nets/network.js';
