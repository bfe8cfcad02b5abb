import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { DeviceBackend, DeviceBuffer, ProgramNumbers } from './backend.js';
import type { Recorder } from './recorder.js';
import { sizeOf } from './shader.js';

/** Records the dispatches of tfjs's own programs as ours, and uploads numbers without a buffer in between. */
export function recordFaster(backend: DeviceBackend, { record, kept }: Recorder): void {
  const { tensorMap, queue, bufferManager } = backend;

  const original = backend.recordAndSubmit.bind(backend);
  backend.recordAndSubmit = (program, output, inputs, own = []) => {
    const buffers = [output, ...inputs].map(({ dataId }): DeviceBuffer => tensorMap.get(dataId).resource!);
    const { pipeline } = program;
    // a texture of an image or a video has no size
    const isSimple = buffers.every(({ size }) => size !== undefined) && program.pixelsOpType == null;
    if (!isSimple || backend.activeTimers != null || pipeline instanceof Promise) {
      return original(program, output, inputs, own);
    }
    const shaped = [...inputs, output];
    const size = program.size ? sizeOf(program.outputShape) / (program.outputComponent ?? 1) : 0;
    let key = `${size}`;
    for (const { shape } of shaped) key += `|${shape.join()}`;
    for (const { type, data } of own) key += `|${type}${data.join()}`;
    const uniform = kept(key, () => {
      const { buffer } = backend.makeUniforms(uniformsOf(shaped, size, own));
      // tfjs does not use it again
      backend.uniformPendingDisposal.pop();
      return buffer;
    });
    buffers.push(uniform);
    for (const { dataId } of shaped) backend.commandQueueOwnedIds.add(dataId);
    record(pipeline, buffers, program.dispatch);
  };

  const upload = backend.uploadToGPU.bind(backend);
  backend.uploadToGPU = (dataId) => {
    const data = tensorMap.get(dataId);
    const { values, dtype } = data;
    if (values == null || data.resource != null || values.length === 0) return upload(dataId);
    const numbers = (dtype === 'float32' ? Float32Array : Int32Array).from(values);
    // no recorded command uses a free buffer, so that it may be written before they run
    const buffer = bufferManager.acquireBuffer(numbers.byteLength, STORAGE);
    queue.writeBuffer(buffer, 0, numbers);
    [data.resource, data.values] = [buffer, null];
  };

  const keep = backend.convertAndCacheOnCPU.bind(backend);
  // a tensor may be gone when its numbers have been read: an update that began later replaced them
  backend.convertAndCacheOnCPU = (dataId, values) => (tensorMap.has(dataId) ? keep(dataId, values) : values);
}

/** `GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST`. */
const STORAGE = 128 | 4 | 8;

/** What tfjs's shaders find in their uniforms, in their order. */
function uniformsOf(shaped: readonly TensorInfo[], size: number, own: readonly ProgramNumbers[]): ProgramNumbers[] {
  const integers = (data: readonly number[]): ProgramNumbers => ({ type: 'int32', data });
  return [
    { type: 'float32', data: [NaN] },
    { type: 'float32', data: [Infinity] },
    ...shaped.flatMap(({ shape }) => [integers(shape), integers(tf.util.computeStrides(shape))]),
    ...(size > 0 ? [integers([size])] : []),
    ...own,
  ];
}
