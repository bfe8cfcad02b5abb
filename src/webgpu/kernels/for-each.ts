import type { TensorInfo } from '@tensorflow/tfjs-core';
import { groupsFor, type Gpu } from '../device/gpu.js';
import { each, namesIn, sizeOf, type Shader } from '../device/shader.js';

/** A shader for any number of groups of tensors; each `@` in what is said of a group is its number. */
export interface ForEach extends Shader {
  /** The buffers of a group: the first ones are written. Those of {@link Shader} are for all groups together. */
  readonly written?: string;
  readonly read: string;
  /** In WGSL: what a thread does first, and last. The code is run for each `i` of each group, after `before` numbers of other groups. */
  readonly start?: string;
  readonly end?: string;
}

/** What a {@link ForEach} runs on. */
interface On {
  readonly writes?: readonly TensorInfo[];
  readonly reads?: readonly TensorInfo[];
  readonly numbers?: readonly number[];
  /** Tensors of the same size in each group, those that are written first. */
  readonly groups: readonly (readonly TensorInfo[])[];
  /** The largest number of workgroups. */
  readonly most?: number;
}

/** Runs a shader on all groups of tensors that are not empty, on as many in one dispatch as it may have buffers. */
export function runForEach(
  gpu: Gpu,
  shader: ForEach,
  { writes = [], reads = [], numbers = [], groups, most = Infinity }: On,
): void {
  const written = namesIn(shader.written).length;
  const room = Math.floor((gpu.mostBuffers - writes.length - reads.length) / (written + namesIn(shader.read).length));
  const full = groups.filter(([first]) => sizeOf(first!) > 0);
  let before = 0;
  for (let from = 0; from < full.length; from += room) {
    const some = full.slice(from, from + room);
    const sizes = some.map(([first]) => sizeOf(first!));
    gpu.run(
      forSome(shader, some.length),
      [
        ...writes,
        ...some.flatMap((group) => group.slice(0, written)),
        ...reads,
        ...some.flatMap((group) => group.slice(written)),
      ],
      [before, ...sizes, ...numbers],
      Math.min(groupsFor(Math.max(...sizes)), most),
    );
    before += sizes.reduce((sum, size) => sum + size);
  }
}

function forSome(shader: ForEach, count: number): Shader {
  const ofAll = (text = '', mark = ' '): string =>
    Array.from({ length: count }, (_, k) => text.replaceAll('@', String(k))).join(mark);
  const {
    name,
    functions = '',
    writes = '',
    reads = '',
    numbers = '',
    written,
    read,
    start = '',
    code,
    end = '',
  } = shader;
  // most are needed only where it is compiled
  return {
    name: `${name} ${count}`,
    functions,
    get writes() {
      return `${writes} ${ofAll(written)}`;
    },
    get reads() {
      return `${reads} ${ofAll(read)}`;
    },
    get numbers() {
      return `before ${ofAll('n@')} ${numbers}`;
    },
    get code() {
      return `var before = u.before;
  ${start}
  ${ofAll(`${each('n@', code)} before += u.n@;`)}
  ${end}`;
    },
  };
}
