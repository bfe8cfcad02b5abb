// WebGPU in Node, which tfjs's backend looks for when it is imported.
import { create, globals } from 'webgpu';

const scope = globalThis as { navigator?: object };
scope.navigator ??= {};
// Once for all files of a process, which share the backend and its device.
if (!('gpu' in scope.navigator)) {
  // Until a read is done, Dawn polls with setImmediate, which would occupy a core that the software GPU needs.
  const immediately = globalThis.setImmediate;
  const isDawn = (callback: object): boolean => Function.prototype.toString.call(callback).includes('[native code]');
  const delayed = (callback: (...parameters: unknown[]) => void, ...parameters: unknown[]): unknown =>
    isDawn(callback) ? setTimeout(callback, 0, ...parameters) : immediately(callback, ...parameters);
  Object.assign(globalThis, globals, { setImmediate: delayed });
  Object.assign(scope.navigator, { gpu: create([]) });
}
