/**
 * Training on tfjs's wasm backend.
 *
 * @packageDocumentation
 */

export { enableWasmTraining, type WasmTrainingOptions, type WasmTrainingReport } from './enable-wasm-training.js';
