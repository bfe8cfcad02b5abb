import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { DeviceBackend, DeviceBuffer, DevicePipeline } from './backend.js';
import { createRecorder, keeper } from './recorder.js';
import { recordFaster } from './tfjs-programs.js';
import { bytesOf, each, MAX_GROUPS, sizeOf, textOf, fieldsOf, WORKGROUP, type Field, type Shader } from './shader.js';

/** What a backend keeps for our kernels; shared by all copies of this module. */
const GPU: unique symbol = Symbol.for('tfjs-generative.webgpu.gpu') as never;

/** `GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM`. */
const UNIFORM = 8 | 64;

/** Runs shaders on tfjs's WebGPU backend, between its own commands. */
export interface Gpu {
  /** The buffers that one shader may have. */
  readonly mostBuffers: number;
  /** A float32 tensor; its numbers are arbitrary if none are given. */
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
  /** Records a dispatch with the tensors of a shader, none of them empty, those that it writes first, and its numbers by name. */
  run(shader: Shader, tensors: readonly TensorInfo[], numbers: object, groups: number): void;
}

/** The workgroups for so many numbers. */
export function groupsFor(n: number): number {
  return Math.min(Math.ceil(n / WORKGROUP), MAX_GROUPS);
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
  code: each('u.n', 'y[i] = f32(x[i]);'),
};

type Run = Gpu['run'];

/** Runs a shader on tensors of the types that it takes. */
function createRun(backend: DeviceBackend, bufferOf: (x: TensorInfo) => DeviceBuffer): Run {
  const { device, queue } = backend;
  const recorder = createRecorder(backend);
  const compiled = keeper<{ pipeline: DevicePipeline; fields: Field[] }>();
  recordFaster(backend, recorder);
  return (shader, tensors, numbers, groups) => {
    const { pipeline, fields } = compiled(shader.name, () => {
      const own = fieldsOf(shader);
      const module = device.createShaderModule({ code: textOf(shader, own) });
      const options = { compute: { module, entryPoint: 'main' }, layout: 'auto' };
      return { pipeline: device.createComputePipeline(options), fields: own };
    });
    const values = fields.map(([name]) => Number((numbers as Record<string, unknown>)[name]));
    const uniform = recorder.kept(`${shader.name} ${values.join()}`, () => {
      const bytes = bytesOf(fields, values);
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
    const [made, n] = [gpu.make(x.shape), sizeOf(x.shape)];
    run(toFloat, [made, x], { n }, groupsFor(n));
    return made;
  };
  const endPass = (): void => {
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
  };

  const gpu: Gpu = {
    mostBuffers: backend.device.limits.maxStorageBuffersPerShaderStage,
    make: (shape, values) => {
      return backend.makeTensorInfo(shape, 'float32', shape.includes(0) ? new Float32Array(0) : values);
    },
    take: (x, isKept = false) => {
      if (x.shape.includes(0)) return gpu.make(x.shape);
      if (!isFloat(x)) return floatsOf(x);
      const data = tensorMap.get(x.dataId);
      const made = backend.makeTensorInfo(x.shape, 'float32');
      // a buffer that the user made stays the user's
      if (isKept || data.refCount > 1 || data.external === true) {
        gpu.copy(x, made, 0, 0, sizeOf(x.shape));
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
      const given = tensors.map((x) => (isFloat(x) || shader.reads?.includes('i32') ? x : floatsOf(x)));
      run(shader, given, numbers, groups);
      gpu.free(...given.filter((x, i) => x !== tensors[i]));
    },
  };
  return gpu;
}
