import { disableThreads } from './start/enable-threads.js';

/**
 * Ends the second thread that {@link enableWasmTraining} started, and frees the working memory of its kernels.
 *
 * The kernels stay and continue with one thread. `enableWasmTraining` starts a second thread again. Programs can end
 * without this call: the thread keeps no process alive, and ends with the backend.
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
