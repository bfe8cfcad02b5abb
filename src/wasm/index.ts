/**
 * Training on tfjs's wasm backend. Importing this entry has one side effect: it keeps out tfjs's own threaded binary, which hangs in
 * minified pages.
 *
 * @packageDocumentation
 */

import '@tensorflow/tfjs-backend-wasm';
import { keepOutOwnThreads } from '../backend/own-threads.js';

export { disposeWasmTraining } from './dispose-wasm-training.js';
export {
  enableWasmTraining,
  type WasmReport,
  type WasmTrainingOptions,
  type WasmTrainingReport,
} from './enable-wasm-training.js';
export type { Arithmetic } from './heap/arithmetic.js';
export { replay } from './replay/replay.js';
export { startWasm, type StartWasmOptions, type WasmPaths } from './start-wasm.js';

keepOutOwnThreads();
