import * as tf from '@tensorflow/tfjs';
import { enablePath, type Path } from '../steps/path.js';

/** tfjs's own kernels, or this library's instead. */
export type Kernels = 'own' | 'stock';

/** Starts the wasm backend with this library's kernels; returns a function that switches between the two kinds of kernels. */
export async function startWasm(threads: number, path: Path): Promise<(which: Kernels) => void> {
  const stock = new Map(tf.getKernelsForBackend('wasm').map((config) => [config.kernelName, config]));
  const { kernels } = await enablePath(threads, path);
  await tf.setBackend('wasm');
  const own = new Map(kernels.map((kernelName) => [kernelName, tf.getKernel(kernelName, 'wasm')]));
  let now: Kernels = 'own';
  return (which) => {
    if (which === now) return;
    now = which;
    for (const kernelName of kernels) {
      if ((tf.getKernel(kernelName, 'wasm') as tf.KernelConfig | undefined) !== undefined)
        tf.unregisterKernel(kernelName, 'wasm');
      const config = (which === 'own' ? own : stock).get(kernelName);
      if (config !== undefined) tf.registerKernel(config);
    }
  };
}
