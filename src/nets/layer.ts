import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { currentTape, gradientDepth } from '../gradients/tape.js';
import { checkAlive, checkFloat, checkInteger, checkResult } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { free } from '../tensor/lost-backend.js';
import { note, noteOf } from '../tensor/made-by.js';
import { calling } from '../tensor/own-members.js';
import { callNetwork, checkApplyOptions } from './apply-options.js';
import type { Activation, ApplyOptions, Network, WeightedLayer } from './network.js';
import { classesOf, commonClasses } from './classes-of.js';

/** Makes the frozen record of a layer that owns the given variables and buffers, and ignores a condition. */
export function createLayer(
  variables: readonly Variable[],
  apply: (input: Tensor, options: ApplyOptions) => Tensor,
  buffers: readonly Variable[] = [],
): Network {
  const layer = {
    apply: (input: Tensor, options: ApplyOptions = {}): Tensor => {
      checkAlive('apply', 'network', variables);
      checkApplyOptions('apply', options);
      return apply(input, options);
    },
    variables: Object.freeze([...variables]),
    buffers: Object.freeze([...buffers]),
    dispose: () => {
      free([...variables, ...buffers]);
    },
  };
  return Object.freeze(note(layer, { classes: 0 }));
}

/** Makes the frozen record of a layer whose weights can be replaced by a function of them: {@link WeightedLayer}. */
export function createWeightedLayer(
  variables: readonly Variable[],
  outputAxis: number,
  applyWith: (variables: readonly Tensor[], input: Tensor) => Tensor,
): WeightedLayer {
  const checked: WeightedLayer['applyWith'] = (given, input) => {
    variables.forEach(({ shape }, i) => checkFloat('applyWith', `variables[${i}]`, given?.[i], shape));
    return applyWith(given, input);
  };
  const layer: WeightedLayer = {
    ...createLayer(variables, (input) => checked(variables, input)),
    applyWith: checked,
    outputAxis,
  };
  calling({ apply: layer.apply }, checked);
  return Object.freeze(note(layer, { classes: 0 }));
}

/**
 * Makes the frozen record of a network that owns others and lists their variables and buffers in the same order, shared ones
 * once. It accepts the class labels that every network which reads a condition accepts; `counts` holds their numbers of labels.
 * It reads the step sizes that one of them reads. An error of a network within about the input or the options names the one that the user made.
 */
export function joinNetworks(
  networks: readonly Network[],
  apply: (input: Tensor, options: ApplyOptions) => Tensor,
  counts: readonly (number | undefined)[] = networks.map(classesOf),
  stepSizes = networks.find((network) => network.stepSizes !== undefined)?.stepSizes,
): Network {
  const notResumable = networks.find((network) => network.notResumable !== undefined)?.notResumable;
  const network: Network = {
    apply: (input: Tensor, options: ApplyOptions = {}): Tensor => {
      checkApplyOptions('apply', options);
      const work = (): Tensor => tf.tidy(() => apply(input, options));
      const { kind } = noteOf(network)!;
      return kind === undefined ? work() : callNetwork(kind, 'input', input, options, work);
    },
    variables: Object.freeze([...new Set(networks.flatMap(({ variables }) => variables))]),
    buffers: Object.freeze([...new Set(networks.flatMap(({ buffers }) => buffers ?? []))]),
    ...(notResumable === undefined ? {} : { notResumable }),
    ...(stepSizes === undefined ? {} : { stepSizes }),
    dispose: () => {
      for (const network of networks) network.dispose();
    },
  };
  return Object.freeze(note(network, { parts: [...networks], classes: commonClasses(counts) }));
}

/**
 * Makes the rule by which a layer updates its statistics once per update: it returns whether to update them in this call.
 *
 * They are updated in training, by the first pass of an update. A further pass within the same gradient call
 * (such as the discriminator's over fakes) leaves them unchanged, and so does a pass whose gradient a penalty takes.
 * Outside any gradient call, each training call updates them.
 */
export function onceAnUpdate(): (options: ApplyOptions) => boolean {
  const updates = new WeakSet();
  return ({ training }) => {
    if (training !== true || gradientDepth() > 1) return false;
    const update = currentTape();
    if (update === undefined) return true;
    const first = !updates.has(update);
    updates.add(update);
    return first;
  };
}

/** Makes things that own memory, in order; if one throws, those already made are disposed. */
export function makeAll<const Makers extends readonly (() => { dispose(): void })[]>(
  makers: Makers,
): { -readonly [Index in keyof Makers]: ReturnType<Makers[Index]> } {
  const made: { dispose(): void }[] = [];
  try {
    for (const make of makers) made.push(make());
  } catch (error) {
    for (const one of made) one.dispose();
    throw error;
  }
  return made as { -readonly [Index in keyof Makers]: ReturnType<Makers[Index]> };
}

/** Throws unless an activation returned a number for each of its input; returns what it returned. */
export function checkActivated(where: string, output: Tensor, shape: readonly (number | null)[]): Tensor {
  checkResult(where, 'activation(...)', output, shape, 'It maps each number to one number.');
  return output;
}

/** Throws unless `activation` is absent or a function. */
export function checkActivation(where: string, argument: string, activation: Activation): void {
  if (typeof activation !== 'function') {
    throw wrongKind(where, argument, 'must be a function of a tensor', {
      got: activation,
      fix: 'Import one by name, such as relu.',
    });
  }
}

/** Throws unless `value` is an array. */
export function checkArray(where: string, argument: string, value: unknown): void {
  if (!Array.isArray(value)) throw wrongKind(where, argument, 'must be an array', { got: value });
}

/** Throws unless `sizes` is an array of at least `least` positive integers that a tensor can have, or of `exactly` that many. */
export function checkSizes(
  where: string,
  argument: string,
  sizes: unknown,
  { least = 1, exactly }: { readonly least?: number; readonly exactly?: number } = {},
): void {
  if (!Array.isArray(sizes)) throw wrongKind(where, argument, 'must be an array of numbers', { got: sizes });
  checkInteger(where, `${argument}.length`, sizes.length, { least: 0, most: 1024 });
  if (exactly === undefined ? sizes.length < least : sizes.length !== exactly) {
    const count =
      exactly === undefined
        ? `at least ${least === 1 ? 'one number' : `${least} numbers`}`
        : `exactly ${exactly} numbers`;
    throw outOfRange(where, argument, `must hold ${count}`, { got: sizes });
  }
  sizes.forEach((size, i) => checkInteger(where, `${argument}[${i}]`, size));
}
