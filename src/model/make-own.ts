import * as tf from '@tensorflow/tfjs-core';
import type { Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../nets/network.js';
import { withSource, type VariableSource } from '../nets/new-variable.js';
import { cut, shapeText, unusable, wrongKind } from '../tensor/errors.js';
import { free } from '../tensor/lost-backend.js';
import { noteOf } from '../tensor/made-by.js';
import { isOwnKind, type ModelText, type OwnText } from './architecture-text.js';
import type { MakePart } from './define-part.js';
import { ownTextOf } from './describe-parts.js';
import type { MakeOwn } from './make-layers.js';
import type { RejectModel } from './read-model-text.js';

/** The rule of the option for the functions that make a user's parts. */
export const makersRule = { is: checkMakers, default: [] } as const;

/** Throws unless these are functions from `definePart`, each with another name. */
function checkMakers(where: string, argument: string, makers: readonly MakePart[]): void {
  const names = Array.isArray(makers) ? makers.map(nameOf) : [''];
  const wrong = names.findIndex((name, i) => name === '' || names.indexOf(name) < i);
  if (wrong < 0) return;
  const got: unknown = Array.isArray(makers) ? makers[wrong] : makers;
  const seen = names[wrong] && `a second ${names[wrong]}`;
  throw wrongKind(where, argument, 'must be an array of functions from definePart of different names', {
    got,
    seen: seen || undefined,
  });
}

/** The name of a function from `definePart`; '' for any other value. */
function nameOf(make: unknown): string {
  const { kind = '' } = noteOf(Object(make) as object) ?? {};
  return typeof make === 'function' && isOwnKind(kind) ? kind : '';
}

/** Throws unless there is a function for each wanted part of a user's; returns the functions by name. */
export function functionsFor(
  where: string,
  { layers }: ModelText,
  wanted: ReadonlySet<number>,
  makers: readonly MakePart[],
): ReadonlyMap<string, MakePart> {
  const functions = new Map(makers.map((make) => [nameOf(make), make]));
  const missing = new Set(layers.filter(({ own }, i) => own && wanted.has(i)).map(({ kind }) => kind));
  for (const name of functions.keys()) missing.delete(name);
  if (missing.size === 0) return functions;
  const rule = `must have the function that makes ${[...missing].join(', ')}`;
  const seen = functions.size === 0 ? 'none' : [...functions.keys()].join(', ');
  const fix = `Pass { makers: [...] } with what definePart('${[...missing][0]}', ...) returned.`;
  throw unusable(where, 'makers', rule, { seen, fix });
}

/** Makes parts by a user's functions, and gives their variables the numbers of the file; it adds each part to `all`. */
export function makeOwnBy(functions: ReadonlyMap<string, MakePart>, all: Part[], reject: RejectModel): MakeOwn {
  return ({ kind, own }, { options, parts, random }, source) => {
    const texts = [...own.variables, ...own.buffers];
    const left = texts.map((text) => (typeof text === 'number' ? 'of a part' : String(text)));
    const begun: Variable[] = [];
    const refuse = (wanted: string): never => {
      const fix = 'The function has changed since, or the file is not from saveModel.';
      return reject(`must have ${cut(wanted)}, as ${kind} makes`, { seen: outlineOf(own), fix });
    };
    // the layers of this library that the function makes begin with zeros, and with none that the file lacks
    const zeros: VariableSource = (shape, trainable) => {
      const at = left.indexOf(String(shape));
      if (at < 0) refuse(`one more variable ${shapeText(shape)}`);
      left[at] = 'made';
      begun.push(tf.tidy(() => tf.variable(tf.zeros([...shape]), trainable)));
      return begun.at(-1)!;
    };
    const inputs = Object.entries(own.inputs).map(([name, input]): [string, unknown] => {
      if (input === 'value') return [name, options[name]];
      if (input === 'random') return [name, random.fork(name)];
      return [name, typeof input === 'number' ? parts[input] : input.map((place) => parts[place])];
    });
    const given = Object.fromEntries([...inputs, ...Object.entries(options)]);
    const before = tf.tidy(() => tf.scalar(0).id);
    try {
      const part = withSource(zeros, () => functions.get(kind)!(given as never));
      all.push(part);
      const { kind: known, defined } = noteOf(part)!;
      const made = ownTextOf(part, defined!);
      // earlier versions took every part that was made by hand for a network
      const isEarlier = known === undefined && own.as === 'network';
      const wanted = outlineOf(isEarlier ? { ...made, as: own.as } : made);
      if (wanted !== outlineOf(own)) refuse(wanted);
      const found = [...part.variables, ...(part.buffers ?? [])];
      texts.forEach((text, i) => {
        if (typeof text === 'number') return;
        // those of a part that lives outside would lose their numbers
        if (found[i]!.id <= before) refuse('variables of its own');
        const value = source(text, true);
        found[i]!.assign(value);
        value.dispose();
      });
      return part;
    } catch (error) {
      free(begun);
      throw error;
    }
  };
}

/** What must be the same in a file and in a part that was made for it. */
function outlineOf({ as, variables, buffers }: OwnText): string {
  return JSON.stringify([as, variables, buffers]);
}
