import { disableThreads } from './start/enable-threads.js';

/**
 * Ends the second thread that {@link enableWasmTraining} started, and frees the memory its kernels work in.
 *
 * The kernels stay, and go on with one thread. `enableWasmTraining` starts a second thread anew. Programs need not call
 * this to end: the thread keeps no process alive, and ends with the backend.
 *
 * @example
 * ```ts
 * import { disposeWasmTraining, enableWasmTraining } from 'tfjs-generative/wasm';
 *
 * await enableWasmTraining();
 * disposeWasmTraining();
 * ```
 */
export function disposeWasmTraining(): void {
  disableThreads();
}
