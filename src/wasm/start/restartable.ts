import type { KernelFunction } from '../composition/compose.js';
import type { LostHelper } from '../threads/helper-group.js';

/**
 * Makes a kernel start again if a helper thread was lost during it: the other threads then do the work, in memory that the lost thread
 * does not know.
 */
export function restartable(kernel: KernelFunction): KernelFunction {
  return (args) => {
    for (;;) {
      try {
        return kernel(args);
      } catch (error) {
        // compared by name: the pool may belong to another copy of this module
        const lost: LostHelper['name'] = 'LostHelper';
        if ((error as Error | undefined)?.name !== lost) throw error;
      }
    }
  };
}
