import { checkNumber } from '../../tensor/plain-checks.js';
import { checkObject } from '../../tensor/checks.js';
import { isOurs, unusable, wrongKind } from '../../tensor/errors.js';
import { readOptions } from '../../tensor/options.js';
import { withPauses } from '../../training/pause.js';
import { decodeCheckpoint } from '../../training/saving/checkpoint-file.js';
import { decodeIntact } from '../../training/saving/checksums.js';
import { encodeWithSums } from '../../training/saving/named-variables.js';
import type { SafetensorsContent, SafetensorsData } from '../../training/saving/safetensors.js';

const where = 'mergeRuns';
const FORMAT = 'tfjs-generative velocity 1';

/** The checkpoints that {@link mergeRuns} merges, as bytes of `saveCheckpoint`. */
export interface RunsToMerge {
  /** From which all began. */
  readonly before: Uint8Array;
  /** What each worker came to, with its own data; at least one. */
  readonly after: readonly Uint8Array[];
  /** The velocity that the merge before this one returned; by default 0. */
  readonly velocity?: Uint8Array | undefined;
}

/** Options of {@link mergeRuns}. */
export interface MergeRunsOptions {
  /** The rate of the outer step, above 0. Default 0.7. */
  readonly rate?: number | undefined;
  /** The momentum of the outer step, from 0 to below 1. Default 0.9. */
  readonly momentum?: number | undefined;
}

/** What {@link mergeRuns} returns. */
export interface MergedRuns {
  /** The next `before`: `loadCheckpoint` reads it. Counters and random streams are those of the first worker. */
  readonly checkpoint: Uint8Array<ArrayBuffer>;
  /** For the next merge. */
  readonly velocity: Uint8Array<ArrayBuffer>;
}

/**
 * Merges what several workers made of one checkpoint, so that they need no connection while they train: the outer step of DiLoCo, with Nesterov's momentum.
 *
 * The difference between `before` and the mean of `after` is a gradient, along which weights make one step of this rate, with this momentum. Moments of optimizers and
 * averages become their means. With the rate 1 and no momentum the result is the mean of the workers: after one step of gradient descent each, that is data-parallel training.
 *
 * @param checkpoints - see {@link RunsToMerge}
 * @param options - see {@link MergeRunsOptions}
 * @returns the merged checkpoint, and the velocity for the next merge
 * @throws Error if a checkpoint is damaged or of another model; TypeError or RangeError if an argument is wrong
 * @remarks The usual interval is some hundreds of steps. A tensor without negative numbers, such as a variance, stays without. Give each worker a seed of its own.
 * @example
 * ```ts
 * const before = await saveCheckpoint(trainer);
 * const after = [before, before]; // what two workers made of it with their own data
 * const { checkpoint, velocity } = await mergeRuns({ before, after });
 * await loadCheckpoint(trainer, checkpoint);
 * ```
 * @see Douillard et al. 2023, "DiLoCo: Distributed Low-Communication Training of Language Models", https://arxiv.org/abs/2311.08105
 */
export async function mergeRuns(checkpoints: RunsToMerge, options: MergeRunsOptions = {}): Promise<MergedRuns> {
  const { rate, momentum } = readOptions(where, options, {
    rate: { is: checkNumber, above: 0, default: 0.7 },
    momentum: { is: checkNumber, least: 0, below: 1, default: 0.9 },
  });
  checkObject(where, 'checkpoints', checkpoints);
  const { before, after, velocity } = checkpoints;
  if (!Array.isArray(after) || after.length === 0)
    throw wrongKind(where, 'checkpoints.after', 'must be an array of at least one checkpoint', { got: after });
  const start = await read('checkpoints.before', before);
  const ends: SafetensorsContent[] = [];
  for (const [i, bytes] of (after as readonly Uint8Array[]).entries()) {
    const argument = `checkpoints.after[${i}]`;
    const end = await read(argument, bytes);
    checkSame(argument, end, start);
    ends.push(end);
  }
  const old = velocity && (await withPauses(decodeIntact(where, velocity), undefined));
  if (old && old.metadata['format'] !== FORMAT)
    throw unusable(where, 'checkpoints.velocity', 'must be the velocity that mergeRuns returned', { seen: 'another file' }); // prettier-ignore

  const tensors = new Map<string, SafetensorsData>();
  const velocities = new Map<string, SafetensorsData>();
  for (const [name, from] of start.tensors) {
    const each = ends.map((end) => end.tensors.get(name)!.data as Float32Array);
    const first = ends[0]!.tensors.get(name)!;
    if (from.dtype !== 'F32') tensors.set(name, first);
    else if (isInner(name)) tensors.set(name, { ...from, data: each[0]!.map((_, i) => meanAt(each, i)) });
    else {
      const v = old ? velocityOf(old, name, from) : new Float32Array(each[0]!.length);
      const begin = from.data as Float32Array;
      const deltas = begin.map((x, i) => x - meanAt(each, i));
      const moved = v.map((x, i) => momentum * x + deltas[i]!);
      const isPositive = [begin, ...each].every((numbers) => numbers.every((x) => x >= 0));
      const data = begin.map((x, i) => {
        // the delta is not rounded, so that the rate 1 gives the mean itself
        const to = x - rate * (x - meanAt(each, i) + momentum * moved[i]!);
        return isPositive ? Math.max(0, to) : to;
      });
      tensors.set(name, { ...from, data });
      velocities.set(name, { ...from, data: moved });
    }
  }
  const { metadata: texts } = ends[0]!;
  const metadata = Object.fromEntries(Object.entries(texts).filter(([key]) => key !== 'checksums'));
  return { checkpoint: await encode(tensors, metadata), velocity: await encode(velocities, { format: FORMAT }) };
}

async function read(argument: string, bytes: Uint8Array): Promise<SafetensorsContent> {
  try {
    return await withPauses(decodeCheckpoint(where, bytes), undefined);
  } catch (error) {
    if (isOurs(error)) error.message = error.message.replace('`bytes', `\`${argument}`);
    throw error;
  }
}

/** Whether a tensor belongs to the workers' own optimizers or averages. */
const isInner = (name: string): boolean => /^(\w*[oO]ptimizer|average[A-Z]\w*)\./.test(name);

const meanAt = (each: readonly Float32Array[], i: number): number =>
  each.reduce((sum, numbers) => sum + numbers[i]!, 0) / each.length;

function velocityOf({ tensors }: SafetensorsContent, name: string, like: SafetensorsData): Float32Array {
  const found = tensors.get(name);
  if (found && String(found.shape) === String(like.shape)) return found.data as Float32Array;
  throw unusable(where, 'checkpoints.velocity', 'must belong to this model', { seen: `no ${name} of its shape` });
}

/** Throws unless two checkpoints have the same tensors. */
function checkSame(argument: string, { tensors }: SafetensorsContent, { tensors: wanted }: SafetensorsContent): void {
  const text = (one: SafetensorsData | undefined): string => (one ? `${one.dtype} [${one.shape.join(', ')}]` : 'none');
  for (const name of new Set([...wanted.keys(), ...tensors.keys()])) {
    const [is, must] = [text(tensors.get(name)), text(wanted.get(name))];
    if (is === must) continue;
    const fix = 'All must come from the same trainer.';
    throw unusable(where, argument, `must have for ${name} what before has, ${must}`, { seen: is, fix });
  }
}

function encode(tensors: ReadonlyMap<string, SafetensorsData>, metadata: Readonly<Record<string, string>>) {
  const all = Array.from(tensors, ([name, tensor]) => ({ name, ...tensor }));
  return withPauses(encodeWithSums(where, all, metadata), undefined);
}
