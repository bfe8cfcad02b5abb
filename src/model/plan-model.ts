import type { Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../nets/network.js';
import { shapeText } from '../tensor/errors.js';
import { noteOf } from '../tensor/made-by.js';
import { savedVariables } from '../training/trainer/trainer.js';
import type { ModelText } from './architecture-text.js';
import { MAX_TENSORS, tooLarge } from './limits.js';
import { makeLayers } from './make-layers.js';
import { at, type RefuseModel } from './read-model-text.js';

/** What is known about a tensor in a file before it is read. */
export interface Held {
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** What will be made from a file, determined without making a tensor. */
export interface Plan {
  /** By the index of a layer: the names of its tensors, in the order in which it asks for its variables. */
  readonly names: readonly (readonly string[])[];
  /** By the name of a part: its number of trainable parameters, with shared ones counted once. */
  readonly parameters: ReadonlyMap<string, number>;
}

/**
 * Makes the model with stubs in place of variables, and compares their shapes with the tensors in the file. It allows no more
 * numbers than these have, so that a description cannot make a program use more memory than the file itself.
 *
 * @throws Error in one sentence if the description and the tensors do not match
 */
export function planModel(text: ModelText, held: ReadonlyMap<string, Held>, refuse: RefuseModel): Plan {
  if (held.size > MAX_TENSORS) refuse(`must hold at most ${MAX_TENSORS} tensors`, { seen: `${held.size}` });
  let left = [...held.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  let count = 0;
  const asked: Variable[][] = text.layers.map(() => []);
  const sourceOf = (place: number) => (shape: readonly number[]) => {
    left -= sizeOf(shape);
    if (!(left >= 0) || ++count > held.size) {
      const rule = `must hold the ${held.size} tensors that its description asks for`;
      refuse(rule, { seen: `one of shape ${shapeText(shape)} more, by ${at(place)}` });
    }
    const stub = { shape: [...shape], dispose: () => undefined } as unknown as Variable;
    asked[place]!.push(stub);
    return stub;
  };
  const made = makeLayers(text, () => true, sourceOf, refuse);
  const found = tooLarge(text.layers, (place) => noteOf(made.get(place)!)?.options ?? {});
  if (found !== undefined)
    refuse('must describe a model of sane size', { seen: `${found.seen}, in ${at(found.place)}` });
  const roots = [...text.roots].map(([name, place]) => [name, made.get(place)!] as const);
  const names = namesOf(roots.map(([, part]) => part));
  for (const [stub, name] of names) {
    const tensor = held.get(name);
    if (tensor?.dtype === 'F32' && shapeText(tensor.shape) === shapeText(stub.shape)) continue;
    const seen = tensor === undefined ? 'none' : `${tensor.dtype} ${shapeText(tensor.shape)}`;
    refuse(`must hold the tensor '${name}' as F32 ${shapeText(stub.shape)}, as its description says`, { seen });
  }
  if (names.size !== held.size || names.size !== count) {
    refuse(`must hold the ${names.size} tensors of its description`, { seen: `${held.size}` });
  }
  return {
    names: asked.map((stubs) => stubs.map((stub) => names.get(stub)!)),
    parameters: new Map(roots.map(([name, part]) => [name, parametersOf(part)])),
  };
}

/** The name of each variable in a file: its index among those of all parts; shared ones count once. */
export function namesOf(parts: readonly Part[]): Map<Variable, string> {
  const variables = new Set(parts.flatMap(savedVariables));
  return new Map([...variables].map((variable, i) => [variable, String(i)]));
}

function parametersOf({ variables }: Part): number {
  return [...new Set(variables)].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
