import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { DeviceBackend, DeviceBuffer, DevicePipeline } from './backend.js';
import { createRecorder } from './recorder.js';
import { recordFaster } from './tfjs-programs.js';
import { bytesOf, each, MOST_GROUPS, namesIn, textOf, WORKGROUP, type Shader } from './shader.js';

/** What a backend keeps for our kernels; shared by all copies of this module. */
const GPU: unique symbol = Symbol.for('tfjs-generative: what our kernels need of a WebGPU backend') as never;

/** `GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM`. */
const UNIFORM = 8 | 64;

/** Runs shaders on tfjs's WebGPU backend, between its own commands. */
export interface Gpu {
  /** The buffers that one shader may have. */
  readonly mostBuffers: number;
  /** A float32 tensor with a buffer, unless it is empty; its numbers are arbitrary if none are given. */
  make(shape: readonly number[], values?: Float32Array): TensorInfo;
  /**
   * A tensor with the numbers of `x`, which a shader may change: `x` must not be used again, unless it is kept, or other tensors share its
   * numbers.
   */
  take(x: TensorInfo, isKept?: boolean): TensorInfo;
  /** Copies some numbers, the first one of each tensor by default. */
  copy(from: TensorInfo, to: TensorInfo, fromAt?: number, toAt?: number, count?: number): void;
  free(...tensors: TensorInfo[]): void;
  /** Submits the recorded commands: at the end of a step, so that the next one has the same buffers at the same commands. */
  submit(): void;
  /** Records a dispatch with the tensors of a shader, none of them empty, those that it writes first. */
  run(shader: Shader, tensors: readonly TensorInfo[], numbers: readonly number[], groups: number): void;
}

/** The workgroups for so many numbers. */
export function groupsFor(n: number): number {
  return Math.min(Math.ceil(n / WORKGROUP), MOST_GROUPS);
}

export function sizeOf({ shape }: { readonly shape: readonly number[] }): number {
  return tf.util.sizeFromShape([...shape]);
}

/** What our kernels need of a backend. */
export function gpuOf(of: object): Gpu {
  const backend = of as DeviceBackend & { [GPU]?: Gpu };
  return (backend[GPU] ??= createGpu(backend));
}

const toFloat: Shader = {
  name: 'toFloat',
  writes: 'y',
  reads: 'x:i32',
  numbers: 'n',
  code: each('n', 'y[i] = f32(x[i]);'),
};

type Run = Gpu['run'];

/** Runs a shader on tensors of the types that it takes. */
function createRun(backend: DeviceBackend, bufferOf: (x: TensorInfo) => DeviceBuffer): Run {
  const { device, queue } = backend;
  const recorder = createRecorder(backend);
  const pipelines = new Map<string, DevicePipeline>();
  recordFaster(backend, recorder);
  return (shader, tensors, numbers, groups) => {
    let pipeline = pipelines.get(shader.name);
    if (pipeline === undefined) {
      const module = device.createShaderModule({ code: textOf(shader) });
      pipeline = device.createComputePipeline({ compute: { module, entryPoint: 'main' }, layout: 'auto' });
      pipelines.set(shader.name, pipeline);
    }
    const uniform = recorder.kept(`${shader.name} ${numbers.join()}`, () => {
      const bytes = bytesOf(shader, numbers);
      const buffer = backend.bufferManager.acquireBuffer(bytes.byteLength, UNIFORM);
      queue.writeBuffer(buffer, 0, bytes);
      return buffer;
    });
    recorder.record(pipeline, [...tensors.map(bufferOf), uniform], [groups]);
  };
}

function createGpu(backend: DeviceBackend): Gpu {
  const { tensorMap } = backend;
  /** The buffer of a tensor for the next command. */
  const bufferOf = ({ dataId }: TensorInfo): DeviceBuffer => {
    backend.uploadToGPU(dataId);
    backend.commandQueueOwnedIds.add(dataId);
    return tensorMap.get(dataId).resource!;
  };
  const run = createRun(backend, bufferOf);
  const isFloat = ({ dataId }: TensorInfo): boolean => tensorMap.get(dataId).dtype === 'float32';
  const floatsOf = (x: TensorInfo): TensorInfo => {
    const [made, n] = [gpu.make(x.shape), sizeOf(x)];
    run(toFloat, [made, x], [n], groupsFor(n));
    return made;
  };
  const endPass = (): void => {
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
  };

  const gpu: Gpu = {
    mostBuffers: backend.device.limits.maxStorageBuffersPerShaderStage,
    make: (shape, values) => {
      const isEmpty = shape.includes(0);
      const made = backend.makeTensorInfo(shape, 'float32', isEmpty ? new Float32Array(0) : values);
      if (!isEmpty) backend.uploadToGPU(made.dataId);
      return made;
    },
    take: (x, isKept = false) => {
      if (x.shape.includes(0)) return gpu.make(x.shape);
      if (!isFloat(x)) return floatsOf(x);
      const data = tensorMap.get(x.dataId);
      const made = backend.makeTensorInfo(x.shape, 'float32');
      // a buffer that the user made stays the user's
      if (isKept || data.refCount > 1 || data.external === true) {
        gpu.copy(x, made, 0, 0, sizeOf(x));
      } else {
        tensorMap.get(made.dataId).resource = bufferOf(x);
        data.resource = null;
      }
      return made;
    },
    copy: (from, to, fromAt = 0, toAt = 0, count = 1) => {
      const [source, target] = [bufferOf(from), bufferOf(to)];
      endPass();
      backend.commandEncoder!.copyBufferToBuffer(source, 4 * fromAt, target, 4 * toAt, 4 * count);
    },
    free: (...tensors) => {
      for (const { dataId } of tensors) backend.disposeData(dataId);
    },
    submit: () => {
      endPass();
      backend.submitQueue();
    },
    run: (shader, tensors, numbers, groups) => {
      const takesIntegers = (i: number): boolean =>
        namesIn(`${shader.writes} ${shader.reads ?? ''}`)[i]!.endsWith('i32');
      const given = tensors.map((x, i) => (isFloat(x) || takesIntegers(i) ? x : floatsOf(x)));
      run(shader, given, numbers, groups);
      gpu.free(...given.filter((x, i) => x !== tensors[i]));
    },
  };
  return gpu;
}
