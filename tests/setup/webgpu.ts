import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-webgpu';
import { useWebgpuKernels } from '../../src/webgpu/index.js';

const gpu = (navigator as { gpu?: { requestAdapter(): Promise<unknown> } }).gpu;
if ((await gpu?.requestAdapter()) == null) throw new Error('there is no WebGPU adapter');
if (!(await tf.setBackend('webgpu'))) throw new Error('the webgpu backend did not start');
await tf.ready();
useWebgpuKernels();
