import type { TensorInfo } from '@tensorflow/tfjs-core';
import { groupsFor, type Gpu } from '../device/gpu.js';
import { each, sizeOf, type Shader } from '../device/shader.js';

/**
 * A shader for any number of tensors `b`, or of pairs of an `a`, which is written, and a `b`. The code is run for each `i` of each of them, as
 * `a@[i]` and `b@[i]`, after `before` numbers of others. The buffers of {@link Shader} are for all together.
 */
export interface ForEach extends Shader {
  /** The type of the numbers of a and b, by default f32. */
  readonly type?: string;
  /** In WGSL: what a thread does first, and last. */
  readonly start?: string;
  readonly end?: string;
}

/** What a {@link ForEach} runs on. */
interface On {
  readonly writes?: readonly TensorInfo[];
  readonly reads?: readonly TensorInfo[];
  readonly numbers?: object;
  readonly a?: readonly TensorInfo[];
  readonly b: readonly TensorInfo[];
  /** The largest number of workgroups. */
  readonly most?: number;
}

/** Runs a shader on all tensors that are not empty, on as many in one dispatch as it may have buffers. */
export function runForEach(
  gpu: Gpu,
  shader: ForEach,
  { writes = [], reads = [], numbers, a = [], b, most = Infinity }: On,
): void {
  const isFull = ({ shape }: TensorInfo): boolean => !shape.includes(0);
  const [written, read] = [a.filter(isFull), b.filter(isFull)];
  const room = Math.floor((gpu.mostBuffers - writes.length - reads.length) / (a.length > 0 ? 2 : 1));
  let before = 0;
  for (let from = 0; from < read.length; from += room) {
    const [some, others] = [written, read].map((all) => all.slice(from, from + room));
    const sizes = others!.map(({ shape }) => sizeOf(shape));
    gpu.run(
      forSome(shader, some!.length, sizes.length),
      [...writes, ...some!, ...reads, ...others!],
      { ...numbers, before },
      Math.min(groupsFor(Math.max(...sizes)), most),
    );
    before += sizes.reduce((sum, size) => sum + size);
  }
}

function forSome(shader: ForEach, written: number, read: number): Shader {
  const { name, writes = '', reads = '', numbers = '', type = 'f32', start = '', code, end = '', ...rest } = shader;
  const repeat = (count: number, text: string): string =>
    Array.from({ length: count }, (_, k) => text.replaceAll('@', String(k))).join(' ');
  return {
    ...rest,
    name: `${name} ${read}`,
    numbers: `before ${numbers}`,
    // needed only where it is compiled
    get writes() {
      return `${writes} ${repeat(written, `a@:${type}`)}`;
    },
    get reads() {
      return `${reads} ${repeat(read, `b@:${type}`)}`;
    },
    get code() {
      return `var before = u.before;
  ${start}
  ${repeat(read, `${each('arrayLength(&b@)', code)} before += arrayLength(&b@);`)}
  ${end}`;
    },
  };
}
