export { enableWasmTraining, type WasmTrainingReport } from './enable-wasm-training.js';
