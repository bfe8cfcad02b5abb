import type { TensorInfo } from '@tensorflow/tfjs-core';
import { groupsFor, sizeOf, type Gpu } from '../device/gpu.js';
import { WORKGROUP, type Shader } from '../device/shader.js';

/** A shader for any number of groups of tensors; each `@` in what is said of a group is its number. */
export interface ForEach {
  readonly name: string;
  /** Buffers of all groups together, as in {@link Shader}. */
  readonly writes?: readonly string[];
  readonly reads?: readonly string[];
  readonly numbers?: readonly string[];
  /** The buffers of a group: the first ones are written. */
  readonly written: readonly string[];
  readonly read: readonly string[];
  /** In WGSL: declarations, what a thread does first, with each `i` of each group, and last. */
  readonly declarations?: string;
  readonly before?: string;
  readonly code: string;
  readonly after?: string;
}

/** What a {@link ForEach} runs on. */
export interface Groups {
  readonly writes?: readonly TensorInfo[];
  readonly reads?: readonly TensorInfo[];
  readonly numbers?: readonly number[];
  /** Tensors of the same size in each group, those that are written first. */
  readonly groups: readonly (readonly TensorInfo[])[];
  /** The largest number of workgroups. */
  readonly most?: number;
}

/** Runs a shader on all groups of tensors that are not empty, on as many in one dispatch as it may have buffers. */
export function runForEach(gpu: Gpu, shader: ForEach, { writes = [], reads = [], numbers = [], ...on }: Groups): void {
  const { written, read } = shader;
  const room = Math.floor((gpu.mostBuffers - writes.length - reads.length) / (written.length + read.length));
  const full = on.groups.filter(([first]) => sizeOf(first!.shape) > 0);
  for (let from = 0; from < full.length; from += room) {
    const some = full.slice(from, from + room);
    const sizes = some.map(([first]) => sizeOf(first!.shape));
    const buffers = [
      ...writes,
      ...some.flatMap((group) => group.slice(0, written.length)),
      ...reads,
      ...some.flatMap((group) => group.slice(written.length)),
    ];
    const most = on.most ?? Infinity;
    gpu.run(
      forSome(shader, some.length),
      buffers,
      [...numbers, ...sizes],
      Math.min(groupsFor(Math.max(...sizes)), most),
    );
  }
}

function forSome(shader: ForEach, count: number): Shader {
  const { writes = [], reads = [], numbers = [], declarations = '', before = '', code, after = '' } = shader;
  const each = (text: string): string[] => Array.from({ length: count }, (_, k) => text.replaceAll('@', String(k)));
  const all = (texts: readonly string[]): string[] =>
    each(texts.join())
      .flatMap((names) => names.split(','))
      .filter(Boolean);
  return {
    name: `${shader.name} ${count}`,
    writes: [...writes, ...all(shader.written)],
    reads: [...reads, ...all(shader.read)],
    numbers: [...numbers, ...each('n@: u32')],
    // needed only where it is compiled
    get code() {
      return `${declarations}
@compute @workgroup_size(${WORKGROUP})
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) all: vec3u,
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  ${before}
  ${each(`for (var i = id.x; i < u.n@; i += all.x * ${WORKGROUP}u) { ${code} }`).join('\n  ')}
  ${after}
}`;
    },
  };
}
