import * as tf from '@tensorflow/tfjs-core';
import type { DeviceBackend, DeviceBuffer, DevicePipeline } from './backend.js';

/** What is kept of a kind for later dispatches; beyond this, the oldest is made again. */
const MAX_KEPT = 2048;

/** Where a buffer or a pipeline has its number. */
const NUMBER = Symbol('number');

/** Records dispatches with what earlier ones had: to make the group of its buffers takes most of a dispatch's time on the host. */
export interface Recorder {
  /** A buffer of tfjs's with uniforms that follow from the key. */
  kept(key: string, make: () => DeviceBuffer): DeviceBuffer;
  /** Records a dispatch after those that were recorded before. */
  record(pipeline: DevicePipeline, buffers: readonly DeviceBuffer[], groups: readonly number[]): void;
}

/** A map that forgets its oldest entries. */
export function keeper<Value>(forget?: (value: Value) => void): (key: string, make: () => Value) => Value {
  const values = new Map<string, Value>();
  return (key, make) => {
    let value = values.get(key);
    if (value !== undefined) return value;
    if (values.size >= MAX_KEPT) {
      const [oldest, gone] = values.entries().next().value!;
      values.delete(oldest);
      forget?.(gone);
    }
    values.set(key, (value = make()));
    return value;
  };
}

/**
 * Lets tfjs take the oldest of its free buffers, not the last one that became free: a step that is repeated then has the same buffers, and
 * what was kept for them.
 */
function takeOldest({ bufferManager }: DeviceBackend, numberOf: (buffer: object) => number): void {
  const acquire = bufferManager.acquireBuffer.bind(bufferManager);
  bufferManager.acquireBuffer = (size, usage, ...others) => {
    const free = bufferManager.freeBuffers.get(`${size}_${usage}`);
    if (free !== undefined && free.length > 1) {
      // of many, some
      const begin = Math.max(0, free.length - 100);
      let oldest = begin;
      for (let i = begin + 1; i < free.length; i++) if (numberOf(free[i]!) < numberOf(free[oldest]!)) oldest = i;
      // it takes the last one
      [free[oldest], free[free.length - 1]] = [free.at(-1)!, free[oldest]!];
    }
    return acquire(size, usage, ...others);
  };
}

export function createRecorder(backend: DeviceBackend): Recorder {
  const entries = keeper<{ group?: object; isKnown?: boolean }>();
  const submitAfter = tf.env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE');
  let last = 0;
  const numberOf = (one: object & { [NUMBER]?: number }): number => (one[NUMBER] ??= ++last);
  takeOldest(backend, numberOf);
  const groupOf = (pipeline: DevicePipeline, buffers: readonly DeviceBuffer[]): object => {
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    return backend.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  };
  return {
    kept: keeper((buffer) => void backend.uniformPendingDisposal.push(buffer)),
    record: (pipeline, buffers, [x, y, z]) => {
      let key = `${numberOf(pipeline)}`;
      for (const buffer of buffers) key += ` ${numberOf(buffer)}`;
      const entry = entries(key, () => ({}));
      const group = entry.group ?? groupOf(pipeline, buffers);
      // A group is kept from the second time on: what is dropped at once is freed soon, but what was kept waits for a full collection of
      // garbage, and Mesa maps memory for each group, of which a process may have 65,530 pieces.
      if (entry.isKnown === true) entry.group = group;
      entry.isKnown = true;
      backend.ensureCommandEncoderReady();
      const pass = (backend.computePassEncoder ??= backend.commandEncoder!.beginComputePass());
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(x!, y, z);
      backend.dispatchCountInPass++;
      if (backend.dispatchCountInPass < submitAfter) return;
      backend.endComputePassEncoder();
      backend.submitQueue();
    },
  };
}
