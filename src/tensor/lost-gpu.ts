/** Where a backend stores whether its GPU was lost; shared by all entries. */
const LOSS: unique symbol = Symbol.for("tfjs-generative: loss of a backend's GPU") as never;

/** What tfjs's WebGL and WebGPU backends expose of their GPU; other backends have none of these. */
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
 * Whether the GPU of a backend was lost, and with it all numbers on it. It counts as lost from then on: a restored WebGL context
 * claims to be alive, but computes zeros.
 */
export function isGpuLost(backend: unknown): boolean {
  const loss = lossOf(backend as GpuBackend);
  if (loss === undefined) return false;
  // a context reports it before its event arrives
  return (loss.isNoted ||= (backend as GpuBackend).gpgpu?.gl.isContextLost() === true);
}

/** How long, in milliseconds, a page may take to learn of a loss after the failures that it causes. */
const DELAY = 250;

/** {@link isGpuLost}, to be called after a failure. */
export async function wasGpuLost(backend: unknown): Promise<boolean> {
  if (lossOf(backend as GpuBackend) === undefined) return false;
  const delay = new Promise<boolean>((resolve) => setTimeout(resolve, DELAY, false));
  return unlessLost(backend, delay).catch(() => true);
}

/** Resolves to the result of `work` on a backend; rejects once the GPU is lost, because the backend would return zeros or nothing. */
export function unlessLost<T>(backend: unknown, work: Promise<T>): Promise<T> {
  const loss = lossOf(backend as GpuBackend);
  if (loss === undefined) return work;
  // not Promise.race, which would leave a listener behind for each read
  return new Promise<T>((resolve, reject) => {
    const end = (): void => reject(new Error('the GPU was lost'));
    loss.waiting.add(end);
    if (isGpuLost(backend)) end();
    void work
      .then((value) => (isGpuLost(backend) ? end() : resolve(value)), reject)
      .finally(() => loss.waiting.delete(end));
  });
}

/** The recorded state of a backend's GPU, watched from the first call on; undefined if it has no GPU. */
function lossOf(backend: GpuBackend | undefined): Loss | undefined {
  const { canvas, gpgpu, device } = backend ?? {};
  if (gpgpu == null && device?.lost === undefined) return undefined;
  return (backend![LOSS] ??= watch());

  function watch(): Loss {
    const waiting = new Set<() => void>();
    // after a context was lost and restored, its old buffers are no longer valid
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
