import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';

/** The name of the numbers of a tensor, which other tensors may share. */
export type DataId = TensorInfo['dataId'];

/** What tfjs's WebGPU backend knows of some numbers. */
export interface DeviceData {
  values?: ArrayLike<number> | null;
  /** The type of the buffer; that of a tensor may be float32 all the same, because tfjs casts integers without a copy. */
  readonly dtype: DataType;
  readonly refCount: number;
  resource?: DeviceBuffer | null;
  /** Whether the buffer is one of the user's, which may be larger. */
  readonly external?: boolean | undefined;
}

/** A buffer of the GPU; the types of WebGPU are in a package that users may not have. */
export interface DeviceBuffer {
  readonly size: number;
}

/** A compiled shader. */
export interface DevicePipeline {
  getBindGroupLayout(index: number): object;
}

interface ComputePass {
  setPipeline(pipeline: DevicePipeline): void;
  setBindGroup(index: number, group: object): void;
  dispatchWorkgroups(x: number, y?: number, z?: number): void;
}

/** Numbers of a program of tfjs's. */
export interface ProgramNumbers {
  readonly type: string;
  readonly data: readonly number[];
}

/** A program of tfjs's. */
export interface Program {
  readonly pipeline: DevicePipeline | Promise<DevicePipeline>;
  readonly dispatch: readonly [number, number, number];
  readonly outputShape: readonly number[];
  readonly size: boolean;
  readonly outputComponent?: number;
  readonly pixelsOpType?: unknown;
}

/** The part of tfjs's WebGPU backend that is used here. */
export interface DeviceBackend {
  readonly device: {
    readonly limits: { readonly maxStorageBuffersPerShaderStage: number };
    createShaderModule(options: { readonly code: string }): object;
    createComputePipeline(options: object): DevicePipeline;
    createBindGroup(options: object): object;
  };
  readonly queue: { writeBuffer(buffer: DeviceBuffer, offset: number, data: ArrayBuffer | ArrayBufferView): void };
  readonly bufferManager: {
    readonly freeBuffers: ReadonlyMap<string, DeviceBuffer[]>;
    acquireBuffer(size: number, usage: number, isMapped?: boolean, isShared?: boolean): DeviceBuffer;
  };
  readonly tensorMap: { get(dataId: DataId): DeviceData; has(dataId: DataId): boolean };
  convertAndCacheOnCPU(dataId: DataId, values: ArrayLike<number>): ArrayLike<number>;
  /** The numbers that recorded commands use: their buffers are kept until the commands are submitted. */
  commandQueueOwnedIds: { add(dataId: DataId): void };
  /** Buffers that are free once the recorded commands are submitted. */
  readonly uniformPendingDisposal: DeviceBuffer[];
  commandEncoder: {
    beginComputePass(): ComputePass;
    copyBufferToBuffer(from: DeviceBuffer, fromAt: number, to: DeviceBuffer, toAt: number, size: number): void;
  } | null;
  computePassEncoder: ComputePass | null;
  dispatchCountInPass: number;
  makeTensorInfo(shape: readonly number[], dtype: DataType, values?: Float32Array): TensorInfo;
  uploadToGPU(dataId: DataId): void;
  disposeData(dataId: DataId): boolean;
  incRef(dataId: DataId): void;
  readonly activeTimers?: unknown;
  recordAndSubmit(
    program: Program,
    output: TensorInfo,
    inputs: readonly TensorInfo[],
    numbers?: readonly ProgramNumbers[],
  ): void;
  makeUniforms(numbers: ProgramNumbers[]): { readonly buffer: DeviceBuffer };
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}
