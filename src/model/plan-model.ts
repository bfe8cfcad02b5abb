import type { Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../nets/network.js';
import { shapeText } from '../tensor/errors.js';
import { definedBy, noteOf } from '../tensor/made-by.js';
import { savedVariables } from '../training/trainer/trainer.js';
import type { ModelText, OwnText } from './architecture-text.js';
import { variablesIn } from './describe-parts.js';
import { MAX_TENSORS, tooLarge } from './limits.js';
import { makeLayers, type MakeOwn } from './make-layers.js';
import { at, type RejectModel } from './read-model-text.js';

/** A tensor in the header of a file. */
export interface TensorHeader {
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** The content of a model file, determined without making a tensor. */
export interface Plan {
  /** The layers by index, with stubs of variables. */
  readonly made: ReadonlyMap<number, Part>;
  /** The names of each layer's tensors, in the order in which the layer makes its variables. */
  readonly names: readonly (readonly string[])[];
  /** The number of trainable parameters of each part, by its name; shared ones are counted once. */
  readonly parameters: ReadonlyMap<string, number>;
}

/**
 * Makes the model with stubs instead of variables, and compares their shapes with the tensors in the file. The variables must have no more
 * numbers than the tensors, so that a description cannot make a program use more memory than the file itself.
 *
 * @throws Error in one sentence if the description and the tensors do not match
 */
export function planModel(text: ModelText, tensors: ReadonlyMap<string, TensorHeader>, reject: RejectModel): Plan {
  if (tensors.size > MAX_TENSORS) reject(`must contain at most ${MAX_TENSORS} tensors`, { seen: `${tensors.size}` });
  let left = numbersIn(tensors);
  let count = 0;
  const stubs: Variable[][] = text.layers.map(() => []);
  const sourceOf = (place: number) => (shape: readonly number[]) => {
    left -= sizeOf(shape);
    if (!(left >= 0) || ++count > tensors.size) {
      const rule = `must contain all tensors of its description`;
      reject(rule, { seen: `${tensors.size}, without one of shape ${shapeText(shape)} for ${at(place)}` });
    }
    const stub = { shape: [...shape], dispose: () => undefined } as unknown as Variable;
    stubs[place]!.push(stub);
    return stub;
  };
  // a user's function is not needed to know the sizes of what it makes
  const makeOwn: MakeOwn = ({ kind, options, own }, { parts }, source) => {
    const inner = variablesIn(parts);
    const read = (texts: OwnText['variables']): Variable[] =>
      texts.map((text) => {
        const variable = typeof text === 'number' ? inner[text] : source(text, true);
        return variable ?? reject('must refer to variables of its parts', { seen: `${String(text)} in ${kind}` });
      });
    const { variables, buffers } = own;
    const stub = { variables: read(variables), buffers: read(buffers), apply: nothing, dispose: nothing };
    return definedBy(stub, { kind, options, parts, ...own, make: nothing });
  };
  const made = makeLayers(text, () => true, sourceOf, makeOwn, reject);
  const found = tooLarge(text.layers, (place) => noteOf(made.get(place)!)?.options ?? {});
  if (found !== undefined)
    reject('must describe a model of reasonable size', { seen: `${found.seen}, in ${at(found.place)}` });
  const roots = [...text.roots].map(([name, place]) => [name, made.get(place)!] as const);
  const names = namesOf(roots.map(([, part]) => part));
  for (const [stub, name] of names) {
    const tensor = tensors.get(name);
    if (tensor?.dtype === 'F32' && shapeText(tensor.shape) === shapeText(stub.shape)) continue;
    const seen = tensor === undefined ? 'none' : `${tensor.dtype} ${shapeText(tensor.shape)}`;
    reject(`must contain the tensor '${name}' as F32 ${shapeText(stub.shape)}, as its description says`, { seen });
  }
  if (names.size !== tensors.size || names.size !== count) {
    reject(`must contain the ${names.size} tensors of its description`, { seen: `${tensors.size}` });
  }
  return {
    made,
    names: stubs.map((own) => own.map((stub) => names.get(stub)!)),
    parameters: new Map(roots.map(([name, part]) => [name, parametersOf(part)])),
  };
}

function nothing(): void {}

/** How many numbers tensors have. */
export function numbersIn(tensors: ReadonlyMap<string, Pick<TensorHeader, 'shape'>>): number {
  return [...tensors.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** The name of each variable in a file: its index among the variables of all parts; shared ones are counted once. */
export function namesOf(parts: readonly Part[]): Map<Variable, string> {
  const variables = new Set(parts.flatMap(savedVariables));
  return new Map([...variables].map((variable, i) => [variable, String(i)]));
}

/** The number of trainable parameters of a part. */
export function parametersOf({ variables }: Part): number {
  return [...new Set(variables)].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
