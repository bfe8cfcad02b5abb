import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { compose, type KernelFunction } from '../composition/compose.js';
import type { ReplacedKernel } from './kernel.js';

/** Another tensor with the same numbers, by Reshape: kernels never write into their inputs. */
const alias: KernelFunction = ({ inputs, backend }) => {
  const { dataId, shape, dtype } = inputs['x']!;
  (backend as BackendWasm).incRef(dataId);
  return { dataId, shape, dtype };
};

/** A clone, which a gradient tape makes of every tensor that it saves; tfjs's kernel copies the numbers. */
export const identity: ReplacedKernel = {
  kernelName: 'Identity',
  replace: (original) => (args) => (args.inputs['x']!.dtype === 'string' ? original : alias)(args),
};

/**
 * A cast to the type that the numbers already have, for which tfjs's kernel also copies them; and a cast to bool, for which tfjs's
 * kernel writes their last eight bits, which are 0 for NaN and for 256.
 */
export const cast: ReplacedKernel = {
  kernelName: 'Cast',
  replace: (original) => (args) => {
    const x = args.inputs['x']!;
    const dtype = args.attrs?.['dtype'];
    if (x.dtype === 'string') return original(args);
    if (dtype === x.dtype) return alias(args);
    if (dtype !== 'bool') return original(args);
    return compose(args.backend, ({ run }) => {
      const b = run('Fill', {}, { shape: [], value: 0, dtype: x.dtype });
      return run('NotEqual', { a: x, b });
    });
  },
};
