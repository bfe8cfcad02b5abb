import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { DeviceBackend, DeviceBuffer, DevicePipeline } from './backend.js';
import { createRecorder } from './recorder.js';
import { recordFaster } from './tfjs-programs.js';
import { bytesOf, elementwise, MOST_GROUPS, textOf, WORKGROUP, type Shader } from './shader.js';

/** What a backend keeps for our kernels; shared by all copies of this module. */
const GPU: unique symbol = Symbol.for('tfjs-generative: what our kernels need of a WebGPU backend') as never;

/** `GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM`. */
const UNIFORM = 8 | 64;

/** Runs shaders on tfjs's WebGPU backend, between its own commands. */
export interface Gpu {
  readonly backend: DeviceBackend;
  /** The buffers that one shader may have. */
  readonly mostBuffers: number;
  /** A float32 tensor with a buffer, unless it is empty; its numbers are arbitrary if none are given. */
  make(shape: readonly number[], values?: Float32Array): TensorInfo;
  /** A float32 tensor of zeros. */
  zeros(shape: readonly number[]): TensorInfo;
  /** A tensor with the numbers of `x`, which a shader may change: `x` must not be used again, unless other tensors share its numbers. */
  take(x: TensorInfo): TensorInfo;
  /** Submits the recorded commands: at the end of a step, so that the next one has the same buffers at the same commands. */
  submit(): void;
  /** Records a dispatch with the tensors of a shader, none of them empty, those that it writes first. */
  run(shader: Shader, tensors: readonly TensorInfo[], numbers: readonly number[], groups: number): void;
}

/** The workgroups for so many numbers. */
export function groupsFor(n: number): number {
  return Math.min(Math.ceil(n / WORKGROUP), MOST_GROUPS);
}

export function sizeOf(shape: readonly number[]): number {
  return tf.util.sizeFromShape([...shape]);
}

/** What our kernels need of a backend. */
export function gpuOf(of: object): Gpu {
  const backend = of as DeviceBackend & { [GPU]?: Gpu };
  return (backend[GPU] ??= createGpu(backend));
}

const toFloat = elementwise({
  name: 'toFloat',
  writes: ['y'],
  reads: ['x: array<i32>'],
  code: 'y[i] = f32(x[i]);',
});

function createGpu(backend: DeviceBackend): Gpu {
  const { device, queue, tensorMap } = backend;
  const recorder = createRecorder(backend);
  const pipelines = new Map<string, DevicePipeline>();
  recordFaster(backend, recorder);

  const pipelineOf = (shader: Shader): DevicePipeline => {
    let pipeline = pipelines.get(shader.name);
    if (pipeline === undefined) {
      const module = device.createShaderModule({ code: textOf(shader) });
      pipeline = device.createComputePipeline({ compute: { module, entryPoint: 'main' }, layout: 'auto' });
      pipelines.set(shader.name, pipeline);
    }
    return pipeline;
  };
  const uniformOf = (shader: Shader, numbers: readonly number[]): DeviceBuffer =>
    recorder.kept(`${shader.name} ${numbers.join()}`, () => {
      const bytes = bytesOf(shader, numbers);
      const buffer = backend.bufferManager.acquireBuffer(bytes.byteLength, UNIFORM);
      queue.writeBuffer(buffer, 0, bytes);
      return buffer;
    });
  /** The buffer of a tensor for the next command. */
  const bufferOf = ({ dataId }: TensorInfo): DeviceBuffer => {
    backend.uploadToGPU(dataId);
    backend.commandQueueOwnedIds.add(dataId);
    return tensorMap.get(dataId).resource!;
  };
  const record = (shader: Shader, tensors: readonly TensorInfo[], numbers: readonly number[], groups: number): void => {
    const buffers = tensors.map(bufferOf);
    buffers.push(uniformOf(shader, numbers));
    recorder.record(pipelineOf(shader), buffers, [groups]);
  };
  const isFloat = ({ dataId }: TensorInfo): boolean => tensorMap.get(dataId).dtype === 'float32';
  const floatsOf = (x: TensorInfo): TensorInfo => {
    const [made, n] = [gpu.make(x.shape), sizeOf(x.shape)];
    gpu.run(toFloat, [made, x], [n], groupsFor(n));
    return made;
  };

  const gpu: Gpu = {
    backend,
    mostBuffers: device.limits.maxStorageBuffersPerShaderStage,
    make: (shape, values) => {
      const made = backend.makeTensorInfo(shape, 'float32', sizeOf(shape) === 0 ? new Float32Array(0) : values);
      if (sizeOf(shape) > 0) backend.uploadToGPU(made.dataId);
      return made;
    },
    zeros: (shape) => gpu.make(shape, new Float32Array(sizeOf(shape))),
    take: (x) => {
      if (sizeOf(x.shape) === 0) return gpu.make(x.shape);
      if (!isFloat(x)) return floatsOf(x);
      const buffer = bufferOf(x);
      const data = tensorMap.get(x.dataId);
      const made = backend.makeTensorInfo(x.shape, 'float32');
      // a buffer that the user made stays the user's
      if (data.refCount === 1 && data.external !== true) {
        tensorMap.get(made.dataId).resource = buffer;
        data.resource = null;
        return made;
      }
      backend.ensureCommandEncoderReady();
      backend.endComputePassEncoder();
      backend.commandEncoder!.copyBufferToBuffer(buffer, 0, bufferOf(made), 0, 4 * sizeOf(x.shape));
      return made;
    },
    submit: () => {
      backend.ensureCommandEncoderReady();
      backend.endComputePassEncoder();
      backend.submitQueue();
    },
    run: (shader, tensors, numbers, groups) => {
      const { writes, reads } = shader;
      const isOfFloats = (i: number): boolean => !reads[i - writes.length]?.includes('i32');
      const given = tensors.map((x, i) => (isFloat(x) || !isOfFloats(i) ? x : floatsOf(x)));
      record(shader, given, numbers, groups);
      given.forEach((x, i) => x !== tensors[i] && backend.disposeData(x.dataId));
    },
  };
  return gpu;
}
