import type { KernelFunction } from '../composition/compose.js';
import type { LostHelper } from '../threads/pool.js';

/**
 * A kernel that starts again when the helper thread was lost in the middle of it: the main thread then works alone, in
 * memory that the helper does not know.
 */
export function restartable(kernel: KernelFunction): KernelFunction {
  return (args) => {
    try {
      return kernel(args);
    } catch (error) {
      // recognised by its name: the pool may belong to another copy of this module
      const lost: LostHelper['name'] = 'LostHelper';
      if ((error as Error | undefined)?.name !== lost) throw error;
      return kernel(args);
    }
  };
}
