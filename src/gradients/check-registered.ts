import * as tf from '@tensorflow/tfjs-core';

/**
 * Throws unless tfjs's gradients are registered. tfjs-core alone has none, and its own error names only a kernel.
 */
export function checkGradientsRegistered(where: string): void {
  if (tf.getGradient('Add') == null) {
    throw new Error(
      `${where}: tfjs has no gradients registered; got tfjs-core alone. Call registerGradients() from 'tfjs-generative/gradients', or startBackend(...).`,
    );
  }
}
