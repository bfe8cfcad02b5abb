/**
 * Training on tfjs's wasm backend.
 *
 * @packageDocumentation
 */

export { disposeWasmTraining } from './dispose-wasm-training.js';
export { enableWasmTraining, type WasmTrainingOptions, type WasmTrainingReport } from './enable-wasm-training.js';
