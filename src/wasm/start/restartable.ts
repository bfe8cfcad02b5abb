import type { KernelFunction } from '../composition/compose.js';
import type { LostHelper } from '../threads/crew.js';

/**
 * A kernel that starts again when a helper thread was lost in the middle of it: the other threads then do the work, in memory
 * that the lost one does not know.
 */
export function restartable(kernel: KernelFunction): KernelFunction {
  return (args) => {
    for (;;) {
      try {
        return kernel(args);
      } catch (error) {
        // recognised by its name: the pool may belong to another copy of this module
        const lost: LostHelper['name'] = 'LostHelper';
        if ((error as Error | undefined)?.name !== lost) throw error;
      }
    }
  };
}
