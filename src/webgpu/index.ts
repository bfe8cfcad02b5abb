/**
 * This library's operations on tfjs's WebGPU backend, in few dispatches.
 *
 * @packageDocumentation
 */

export { useWebgpuKernels } from './use-webgpu-kernels.js';
