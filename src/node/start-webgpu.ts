import * as tf from '@tensorflow/tfjs-core';
import { startBackendFor } from '../backend/start-backend.js';
import { unusable } from '../tensor/errors.js';
import { withCause } from '../tensor/with-cause.js';
import { useWebgpuKernels } from '../webgpu/use-webgpu-kernels.js';

/** The result of {@link startWebgpu}. */
export interface WebgpuReport {
  /** The adapter in its driver's words, such as `NVIDIA GeForce RTX 4070: 570.124.04`. */
  readonly adapter: string;
  /** Whether the adapter is not a GPU but a driver that computes on the processor: wasm is then faster. */
  readonly software: boolean;
}

/**
 * Starts tfjs's WebGPU backend outside of a page, and makes it the current backend, or throws.
 *
 * Node and Bun get WebGPU from the npm package `webgpu`, a prebuilt copy of Chromium's; Deno has its own. The function puts it at
 * `navigator.gpu`, where tfjs looks for it, imports `@tensorflow/tfjs-backend-webgpu`, and starts the backend. An existing
 * `navigator.gpu` is used as it is. A second call changes nothing, and WebGPU does not keep the program from exiting.
 *
 * @returns resolves to a description of the adapter, once the backend is the current one; nothing to dispose
 * @throws Error (as a rejection) if a package is missing or there is no adapter: its message says what to install. The previous
 *   backend then stays current.
 * @remarks Read tensors with `await tensor.data()`: on WebGPU `dataSync()` returns wrong values.
 * @example
 * ```ts gpu
 * import * as tf from '@tensorflow/tfjs-core';
 * import { startWebgpu } from 'tfjs-generative/node';
 *
 * const { adapter, software } = await startWebgpu(); // after npm i webgpu @tensorflow/tfjs-backend-webgpu
 * console.log(tf.getBackend(), adapter, software); // webgpu
 * ```
 * @see https://github.com/dawn-gpu/node-webgpu, the package `webgpu`
 */
export async function startWebgpu(): Promise<WebgpuReport> {
  const gpu = await findGpu();
  const adapter = await requestAdapter(gpu);
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu').catch(
    notLoaded('@tensorflow/tfjs-backend-webgpu'),
  );
  if (tf.findBackendFactory('webgpu') == null) {
    // the package registers its backend once, at its first import, and only if `navigator.gpu` exists by then.
    const start = async () => {
      const { device, info } = await requestDevice(gpu);
      return new WebGPUBackend(device as never, info as never);
    };
    tf.registerBackend('webgpu', start, PRIORITY);
  }
  useWebgpuKernels();
  await startBackendFor('startWebgpu', 'webgpu');
  const { description, vendor, isFallbackAdapter } = adapter.info;
  return { adapter: description || vendor, software: isFallbackAdapter === true };
}

/** The part of WebGPU's interfaces that is used here; their types are in a package that users may not have. */
interface Gpu {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<Adapter | null>;
}
interface Adapter {
  readonly info: { readonly description: string; readonly vendor: string; readonly isFallbackAdapter?: boolean };
  readonly limits: Readonly<Record<(typeof LIMITS)[number], number>>;
  requestDevice(options: { requiredLimits: Record<string, number> }): Promise<object>;
}

/** The priority that tfjs gives its WebGPU backend. */
const PRIORITY = 3;

/** The limits that tfjs raises to those of the adapter. */
const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/** The runtime's own `navigator.gpu`, or else that of the package `webgpu`, which it then installs there. */
async function findGpu(): Promise<Gpu> {
  const scope = globalThis as { navigator?: { gpu?: Gpu }; Deno?: object };
  if (scope.navigator?.gpu !== undefined) return scope.navigator.gpu;
  if (scope.Deno !== undefined) throw missing('navigator.gpu', 'none', 'Start Deno with --unstable-webgpu.');
  const { create, globals } = await import('webgpu').catch(notLoaded('webgpu'));
  // another call may have been faster
  if (scope.navigator?.gpu !== undefined) return scope.navigator.gpu;
  const gpu = create([]) as unknown as Gpu;
  Object.assign(globalThis, globals);
  // defined, not assigned: the names are read-only in some versions of Node.
  if (scope.navigator === undefined) Object.defineProperty(scope, 'navigator', { value: {}, configurable: true });
  Object.defineProperty(scope.navigator, 'gpu', { value: gpu, configurable: true });
  return gpu;
}

async function requestAdapter(gpu: Gpu): Promise<Adapter> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  const fix = 'Install the Vulkan driver of the GPU: on Debian, libvulkan1 and mesa-vulkan-drivers.';
  if (adapter == null) throw missing('adapter', 'none', fix);
  return adapter;
}

async function requestDevice(gpu: Gpu): Promise<{ readonly device: object; readonly info: object }> {
  const adapter = await requestAdapter(gpu);
  const requiredLimits = Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]));
  return { device: await adapter.requestDevice({ requiredLimits }), info: adapter.info };
}

/** Explains how to install an optional package. It must follow `import` directly, so that bundlers know that the package may be missing. */
function notLoaded(name: string): (cause: unknown) => never {
  return (cause) => {
    const { code, message } = cause as NodeJS.ErrnoException;
    const seen = code === 'ERR_MODULE_NOT_FOUND' ? 'no such package' : message.split('\n')[0]!;
    const fix = `Run npm i ${name}.`;
    throw withCause(unusable('startWebgpu', name, 'must be installed', { seen, fix }), cause);
  };
}

function missing(argument: string, seen: string, fix: string): Error {
  return unusable('startWebgpu', argument, 'must exist', { seen, fix });
}
