/** What WebGPU says about an adapter; not every browser says everything. */
interface AdapterInfo {
  readonly vendor?: string;
  readonly architecture?: string;
  readonly device?: string;
  readonly description?: string;
  readonly isFallbackAdapter?: boolean;
}
interface Gpu {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<{ readonly info?: AdapterInfo } | null>;
}

/** An adapter by its name, and whether it computes on the processor instead of a GPU. */
export interface Adapter {
  readonly name: string;
  readonly software: boolean;
}

/** The adapter that tfjs's WebGPU backend gets in this page or worker, or why there is none. */
export async function findAdapter(): Promise<Adapter | { readonly why: string }> {
  const { gpu } = navigator as { readonly gpu?: Gpu };
  if (gpu === undefined) {
    return {
      why: isSecureContext
        ? 'this browser does not support WebGPU'
        : 'WebGPU needs a page whose address begins with https',
    };
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  if (adapter === null) return { why: 'this browser supports WebGPU, but found no GPU' };
  return describeAdapter(adapter.info);
}

/** A name made of what the browser says, such as `nvidia ampere`. */
export function describeAdapter(info: AdapterInfo = {}): Adapter {
  const { vendor, architecture, device, description } = info;
  const name = description || [vendor, architecture, device].filter(Boolean).join(' ') || 'a GPU without a name';
  const isKnown = /swiftshader|llvmpipe|lavapipe|software|basic render/i.test([name, architecture].join(' '));
  return { name, software: info.isFallbackAdapter === true || isKnown };
}
