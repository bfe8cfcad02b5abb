/** Where a backend keeps whether its GPU was lost; the same in every entry. */
const LOSS: unique symbol = Symbol.for("tfjs-generative: loss of a backend's GPU") as never;

/** What tfjs's WebGL and WebGPU backends have of their GPU; other backends have none of it. */
interface GpuBackend {
  readonly canvas?: Pick<EventTarget, 'addEventListener'> | null;
  readonly gpgpu?: { readonly gl: WebGLRenderingContext; readonly vertexBuffer?: WebGLBuffer } | null;
  readonly device?: { readonly lost?: Promise<unknown> } | null;
  [LOSS]?: Loss;
}

interface Loss {
  isNoted: boolean;
  /** Called when the GPU is lost. */
  readonly waiting: Set<() => void>;
}

/**
 * Whether the GPU of a backend was lost, and with it all numbers there. It stays lost: a WebGL context that is restored says that it is
 * alive, and computes zeros.
 */
export function isGpuLost(backend: unknown): boolean {
  const loss = lossOf(backend as GpuBackend);
  if (loss === undefined) return false;
  // a context says so before its event comes
  return (loss.isNoted ||= (backend as GpuBackend).gpgpu?.gl.isContextLost() === true);
}

/** Milliseconds in which a page learns of a loss after the failures that it causes. */
const DELAY = 250;

/** {@link isGpuLost}, asked after a failure. */
export async function wasGpuLost(backend: unknown): Promise<boolean> {
  if (lossOf(backend as GpuBackend) === undefined) return false;
  const delay = new Promise<boolean>((resolve) => setTimeout(resolve, DELAY, false));
  return unlessLost(backend, delay).catch(() => true);
}

/** What `work` on a backend resolves to; rejects once the GPU is lost, where the backend would not answer, or with zeros. */
export function unlessLost<T>(backend: unknown, work: Promise<T>): Promise<T> {
  const loss = lossOf(backend as GpuBackend);
  if (loss === undefined) return work;
  // not by Promise.race, which would leave a listener for each read
  return new Promise<T>((resolve, reject) => {
    const end = (): void => reject(new Error('the GPU was lost'));
    loss.waiting.add(end);
    if (isGpuLost(backend)) end();
    void work
      .then((value) => (isGpuLost(backend) ? end() : resolve(value)), reject)
      .finally(() => loss.waiting.delete(end));
  });
}

/** What is known of the GPU of a backend, from the first call on; undefined if it has none. */
function lossOf(backend: GpuBackend | undefined): Loss | undefined {
  const { canvas, gpgpu, device } = backend ?? {};
  if (gpgpu == null && device?.lost === undefined) return undefined;
  return (backend![LOSS] ??= watch());

  function watch(): Loss {
    const waiting = new Set<() => void>();
    // a buffer of a context that was lost and restored is none
    const loss = { isNoted: gpgpu?.vertexBuffer !== undefined && !gpgpu.gl.isBuffer(gpgpu.vertexBuffer), waiting };
    const note = (): void => {
      loss.isNoted = true;
      waiting.forEach((end) => end());
    };
    canvas?.addEventListener('webglcontextlost', note);
    void device?.lost?.then(note);
    return loss;
  }
}
