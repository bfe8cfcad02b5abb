import type { NamedTensor, RecordedNode, RecordedNumbers, RecordedType, Recording } from '../record/recording.js';
import { unusable } from '../tensor/errors.js';
import { LARGEST_HALF, toHalves } from '../training/saving/halves.js';
import { printNode } from './operators.js';
import { createPrinter, numbersOf } from './printer.js';
import { finish } from './finish.js';
import { termsOf } from './sizes.js';
import type { FullPort, OnnxModel } from './write-model.js';

const where = 'saveOnnx';

/** How a recording is written. */
export interface PrintOptions {
  /** Whether weights are rounded to 16 bits. Default false. */
  readonly half?: boolean | undefined;
  /** Other names of inputs, draws, state and outputs; by default those of the recording. */
  readonly names?: Readonly<Record<string, string>> | undefined;
  /** The argument of which errors speak. Default `recording`. */
  readonly argument?: string | undefined;
}

/** Prints a recording as a model: state that changes is an input and an output, other state is in the file. */
export function modelOfRecording(
  recording: Recording,
  { half = false, names = {}, argument = 'recording' }: PrintOptions = {},
): OnnxModel {
  const { inputs, draws, state, constants, nodes, outputs } = recording;
  const model: OnnxModel = { nodes: [], constants: new Map(), inputs: new Map(), outputs: new Map() };
  const changes = state.filter(({ next }) => next);
  const given = [...inputs, ...draws, ...(changes.length > 0 ? state : [])];
  const results = [
    ...changes.map(({ name, next }) => ({ name: `${name}:next`, tensor: next! })),
    ...outputs.map(({ name, tensor }) => ({ name, tensor })),
  ];
  const rename = (name: string): string => (Object.hasOwn(names, name) ? names[name]! : name);
  const refuse = (rule: string, seen: string, fix?: string): never => {
    throw unusable(where, argument, rule, { seen, fix });
  };

  const taken = new Set<string>();
  let current: RecordedNode | undefined;
  const free = (text: string): string => {
    let name = text;
    while (taken.has(name)) name += '_';
    taken.add(name);
    return name;
  };
  const nameOf = (text: string): string => {
    const scope = current?.scope;
    return free(`${scope ? `${scope}/` : ''}${text}_${taken.size}`);
  };
  for (const { name } of [...given, ...results].map(({ name }) => ({ name: rename(name) }))) {
    if (taken.has(name))
      refuse('must have a name of its own for each input and output', `'${name}' twice`, 'Pass `names`.');
    taken.add(name);
  }
  const p = createPrinter(model, recording, nameOf, (what) => {
    const { operation, scope } = current!;
    const seen = `${operation}${scope && ` in ${scope}`}${what ? ` with ${what}` : ''}`;
    return refuse('must consist of operations that ONNX has', seen, 'Record a part without it.');
  });

  for (const { name, tensor } of given) {
    model.inputs.set(rename(name), portOf(tensor));
    p.set(tensor, rename(name));
  }
  for (const { tensor, data } of constants)
    p.set(tensor, p.constant(typed(data, tensor.dtype), tensor.shape as number[]));
  const most = half ? LARGEST_HALF : Number.MAX_VALUE;
  for (const { name, tensor, data } of changes.length > 0 ? [] : state) {
    const stored = free(rename(name));
    const numbers = typed(data, tensor.dtype);
    const floats = numbers instanceof Float32Array ? numbers : undefined;
    const wrong = floats?.find((number) => !(Math.abs(number) <= most));
    if (wrong !== undefined) refuse(`must have numbers at most ${most}`, String(wrong));
    const isHalf = half && floats !== undefined;
    model.constants.set(stored, { shape: tensor.shape as number[], data: isHalf ? toHalves(floats) : numbers });
    p.set(tensor, isHalf ? p.cast(stored, 'float32') : stored);
  }
  for (const node of nodes) {
    current = node;
    printNode(p, node);
  }
  current = undefined;
  for (const { name, tensor } of results) {
    model.nodes.push({ operator: 'Identity', inputs: [p.get(tensor)], outputs: [rename(name)], attributes: {} });
    model.outputs.set(rename(name), portOf(tensor));
  }
  finish(model);
  return model;
}

/** Numbers in an array of their type. */
function typed(data: RecordedNumbers, dtype: RecordedType): RecordedNumbers {
  return dtype === 'float32' ? data : numbersOf(Array.from(data), dtype);
}

/** An input or output, with the names of sizes that are free. */
function portOf({ shape, dtype }: Pick<NamedTensor, 'shape' | 'dtype'>): FullPort {
  return {
    dtype,
    shape: shape.map((size) => {
      if (typeof size === 'number') return size;
      const [[name, factor], ...more] = Object.entries(termsOf(size)) as [[string, number], ...unknown[]];
      return factor === 1 && more.length === 0 && !name.includes('*') ? name : null;
    }),
  };
}
