/** Where a backend stores the loss of its GPU; shared by all entries. */
const LOSS: unique symbol = Symbol.for("tfjs-generative: loss of a backend's GPU") as never;

/** What tfjs's WebGL and WebGPU backends expose of their GPU; other backends have none of these. */
interface GpuBackend {
  readonly canvas?: Pick<EventTarget, 'addEventListener'> | null;
  readonly gpgpu?: { readonly gl: WebGLRenderingContext; readonly vertexBuffer?: WebGLBuffer } | null;
  readonly device?: { readonly lost?: Promise<unknown> } | null;
  [LOSS]?: AbortController;
}

/**
 * A signal that is aborted once the GPU of a backend is lost, and with it all numbers on it; undefined if the backend has none. It stays
 * aborted: a restored WebGL context claims to be alive, but computes zeros.
 */
export function lossSignal(of: unknown): AbortSignal | undefined {
  const backend = of as GpuBackend | undefined;
  const { canvas, gpgpu, device } = backend ?? {};
  if (gpgpu == null && device?.lost === undefined) return undefined;
  const loss = (backend![LOSS] ??= watch());
  // a context reports it before its event arrives
  if (gpgpu?.gl.isContextLost() === true) loss.abort();
  return loss.signal;

  function watch(): AbortController {
    const controller = new AbortController();
    const end = (): void => controller.abort();
    // after a context was lost and restored, its old buffers are no longer valid
    if (gpgpu?.vertexBuffer !== undefined && !gpgpu.gl.isBuffer(gpgpu.vertexBuffer)) end();
    canvas?.addEventListener('webglcontextlost', end);
    void device?.lost?.then(end);
    return controller;
  }
}
