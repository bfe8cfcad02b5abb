import { disableThreads } from './start/enable-threads.js';

/**
 * Ends the threads that {@link enableWasmTraining} started, and frees the working memory of its kernels.
 *
 * The kernels stay installed and continue on one thread. `enableWasmTraining` starts threads again. A program can end without this call:
 * the threads keep no process alive, and end with the backend.
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
