import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkShape } from '../tensor/checks.js';
import { cut, unusable, wrongKind } from '../tensor/errors.js';
import { readNumbers } from '../tensor/lost-backend.js';
import { nested, readOptions } from '../tensor/options.js';
import { withPauses } from '../training/pause.js';
import { decodeIntact } from '../training/saving/checksums.js';
import { checkShared } from '../training/saving/named-variables.js';
import type { SafetensorsContent } from '../training/saving/safetensors.js';
import { arrangeBack, torchShapeOf } from './arrange.js';
import { compare, EXAMPLE, exampleRules, runExample, type StateDictCheck } from './example.js';
import { missingFix } from './missing-name.js';
import {
  channelsFirstOf,
  planStateDict,
  stateDictRules,
  type Planned,
  type StateDictOptions,
  type StateDictParts,
} from './plan-state-dict.js';

/** Options of {@link loadStateDict}. */
export interface LoadStateDictOptions extends StateDictOptions {
  /** Whether other tensors in the file are an error; default true. Tensors of an example, or without the `prefix`, are always allowed. */
  readonly strict?: boolean | undefined;
  /** Runs the example in the file and compares the outputs. By default the example is ignored. */
  readonly example?: StateDictCheck | undefined;
}

/**
 * Loads a PyTorch `state_dict` from a safetensors file into a part. Weights are converted to the layouts here, and tensors that only
 * PyTorch has, such as `num_batches_tracked`, are ignored. Biases that a PyTorch layer lacks become zeros; the scale and offset that a
 * PyTorch norm lacks become ones and zeros.
 *
 * Shapes do not show every mistake: a transposed square matrix has the same shape, and padding does not affect shapes. Let Python write
 * an example input and output with the weights, and pass `example: { run }` to compare the outputs.
 *
 * @param part - as for {@link saveStateDict}
 * @param bytes - a safetensors file, such as Python's `safetensors.torch.save_file(model.state_dict(), path)` writes; floats may be F64, F32,
 *   F16 or BF16
 * @param options - see {@link LoadStateDictOptions}
 * @returns the largest difference from the output of the example, or undefined without `example`
 * @throws Error or ShapeError if the file is broken, lacks a tensor, has a wrong shape or an unexpected tensor, or its example has
 *   other outputs; the part is then unchanged
 * @example
 * ```ts
 * await loadStateDict(generator, await saveStateDict(generator));
 * ```
 */
export async function loadStateDict(
  part: StateDictParts,
  bytes: Uint8Array,
  options: LoadStateDictOptions = {},
): Promise<number | undefined> {
  const where = 'loadStateDict';
  const {
    strict,
    example: exampleOptions,
    ...names
  } = readOptions(where, options, { ...stateDictRules, strict: { is: checkFlag, default: true }, example: nested });
  const example = exampleOptions && readOptions(where, exampleOptions, exampleRules, 'example');
  planStateDict(where, part, names);
  const content = await withPauses(decodeIntact(where, bytes));
  // the part may have changed while the file was read
  const planned = planStateDict(where, part, names);
  const wanted = checkNames(where, planned, content, { prefix: names.prefix, strict });
  const variables = wanted.map(({ slot }) => slot.variable!);
  const tensors = makeTensors(where, wanted, content);
  let difference: number | undefined;
  try {
    if (example !== undefined) {
      const run = () => runExample(where, content, example, channelsFirstOf(planned, names));
      const { output, expected } = withWeights(variables, tensors, run);
      try {
        const [outputs] = await readNumbers(where, [output]);
        difference = compare(where, outputs!, expected, example.tolerance);
      } finally {
        output.dispose();
      }
    }
    variables.forEach((variable, i) => variable.assign(tensors[i]!));
  } finally {
    tf.dispose(tensors);
  }
  return difference;
}

/** Throws unless a file has the tensors of a plan; returns those that belong to our variables. */
function checkNames(
  where: string,
  planned: readonly Planned[],
  { tensors }: SafetensorsContent,
  { prefix, strict }: { readonly prefix: string; readonly strict: boolean },
): Planned[] {
  const names = new Set(planned.map(({ name }) => name));
  const others = [...tensors.keys()].filter(
    (name) => name.startsWith(prefix) && !name.startsWith(EXAMPLE) && !names.has(name),
  );
  const own = planned.filter(({ slot }) => slot.variable !== undefined);
  const present = new Set(own.filter(({ name }) => tensors.has(name)).map(({ slot }) => slot.variable));
  // Python's safetensors.torch.save_model writes a tensor that layers share under only one of its names
  const wanted = own.filter(({ name, slot }) => tensors.has(name) || !present.has(slot.variable));
  const absent = wanted.filter(({ name }) => !tensors.has(name));
  const isAll = absent.length === wanted.length;
  const missing = absent.filter((one) => isAll || !mayBeAbsent(one, wanted, absent, others));
  if (missing.length > 0) {
    const more = missing.length === 1 ? '' : `, and ${missing.length - 1} more`;
    const seen = `none of ${cut(missing[0]!.name)}${more}`;
    const fix = missingFix(missing, [...tensors.keys()], others, prefix);
    throw unusable(where, 'bytes', 'must contain each tensor of the part', { seen, fix });
  }
  if (strict && others.length > 0) {
    const [first] = others as [string];
    const more = others.length === 1 ? '' : ` and ${others.length - 1} more`;
    const fix = 'Make the part with the layers it was saved with, or pass { strict: false }.';
    throw unusable(where, 'bytes', 'must contain no other tensors', { seen: `${cut(first)}${more}`, fix });
  }
  return wanted;
}

/**
 * Whether PyTorch's layer may lack this tensor: a bias or offset if its weights exist, or a scale if its offset is also missing. It may not
 * if the file has other tensors for the layer. A whole norm may be missing only if all tensors of the file belong to the part.
 */
function mayBeAbsent(
  { name, slot }: Planned,
  wanted: readonly Planned[],
  absent: readonly Planned[],
  others: readonly string[],
): boolean {
  if (slot.ifAbsent === undefined) return false;
  const module = name.slice(0, name.lastIndexOf('.') + 1);
  if (others.some((other) => other.startsWith(module) && !other.slice(module.length).includes('.'))) return false;
  const offset = slot.path.replace(/weight$/, 'bias');
  if (slot.ifAbsent === 1 && !absent.some((one) => one.slot.path === offset)) return false;
  const layer = slot.path.slice(0, slot.path.lastIndexOf('.') + 1);
  return others.length === 0 || wanted.some((one) => one.slot.path.startsWith(layer) && !absent.includes(one));
}

/** Makes the tensors of a file, in the layouts here; the caller disposes them. */
function makeTensors(where: string, wanted: readonly Planned[], { tensors }: SafetensorsContent): Tensor[] {
  for (const { name, slot, arrangement } of wanted) {
    const saved = tensors.get(name);
    if (saved === undefined) continue;
    const { shape, dtype } = saved;
    checkShape(where, `bytes: ${name}`, { shape }, torchShapeOf(arrangement), `Here it is ${slot.ours}.`);
    if (dtype !== 'F32') throw unusable(where, `bytes: ${name}`, 'must be floats', { seen: dtype });
  }
  const numbersOf = ({ name, arrangement }: Planned): Float32Array =>
    arrangeBack(tensors.get(name)!.data as Float32Array, arrangement);
  const present = wanted.filter(({ name }) => tensors.has(name));
  const named = present.map(({ name, slot }) => [name, slot.variable!] as const);
  checkShared(where, named, (name) => numbersOf(present.find((planned) => planned.name === name)!));
  return tf.tidy(() =>
    wanted.map((planned) => {
      const shape = [...planned.arrangement.shape];
      if (!tensors.has(planned.name)) return tf.fill(shape, planned.slot.ifAbsent!);
      return tf.tensor(numbersOf(planned), shape, 'float32');
    }),
  );
}

/** Runs a function with other numbers in the variables, which are restored afterwards. */
function withWeights<T>(variables: readonly Variable[], tensors: readonly Tensor[], run: () => T): T {
  const before = variables.map((variable) => tf.clone(variable as Tensor));
  try {
    variables.forEach((variable, i) => variable.assign(tensors[i]!));
    return run();
  } finally {
    variables.forEach((variable, i) => variable.assign(before[i]!));
    tf.dispose(before);
  }
}

function checkFlag(where: string, argument: string, value: unknown): void {
  if (typeof value !== 'boolean') throw wrongKind(where, argument, 'must be true or false', { got: value });
}
