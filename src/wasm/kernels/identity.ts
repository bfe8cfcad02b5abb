import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelFunction } from '../composition/compose.js';
import type { ReplacedKernel } from './kernel.js';

/** The same numbers as another tensor, by Reshape: kernels never write into their inputs. */
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

/** A cast to the type that the numbers already have, for which tfjs's kernel copies them as well. */
export const cast: ReplacedKernel = {
  kernelName: 'Cast',
  replace: (original) => (args) => {
    const { dtype } = args.inputs['x']!;
    return (dtype === 'string' || args.attrs?.['dtype'] !== dtype ? original : alias)(args);
  },
};
