/**
 * Training on tfjs's wasm backend.
 *
 * @packageDocumentation
 */

export { enableWasmTraining, type WasmTrainingReport } from './enable-wasm-training.js';
