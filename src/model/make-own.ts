import * as tf from '@tensorflow/tfjs-core';
import type { Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../nets/network.js';
import { withSource, type VariableSource } from '../nets/new-variable.js';
import { cut, shapeText, unusable, wrongKind } from '../tensor/errors.js';
import { free } from '../tensor/lost-backend.js';
import { noteOf } from '../tensor/made-by.js';
import { isOwnKind, type ModelText, type OwnText } from './architecture-text.js';
import type { MakePart } from './define-part.js';
import { variablesIn } from './describe-parts.js';
import type { MakeOwn } from './make-layers.js';
import { kindOfPart } from './part-kinds.js';
import type { RejectModel } from './read-model-text.js';

/** The rule of the option for the functions that make a user's parts. */
export const makersRule = { is: checkMakers, default: [] } as const;

/** Throws unless these are functions from `definePart`, each with another name. */
function checkMakers(where: string, argument: string, makers: readonly MakePart[]): void {
  const names = Array.isArray(makers) ? makers.map(nameOf) : [''];
  if (!names.every(isOwnKind)) {
    const got: unknown = Array.isArray(makers) ? makers[names.findIndex((name) => !isOwnKind(name))] : makers;
    throw wrongKind(where, argument, 'must be an array of functions from definePart', { got });
  }
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) {
    throw unusable(where, argument, 'must not have two functions of one name', { seen: `two of ${twice}` });
  }
}

function nameOf(make: unknown): string {
  return (typeof make === 'function' && noteOf(make)?.kind) || '';
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

/** Makes parts by a user's functions, and gives their variables the numbers of the file. */
export function makeOwnBy(functions: ReadonlyMap<string, MakePart>, reject: RejectModel): MakeOwn {
  return ({ kind, own }, { options, parts, random }, source) => {
    const fix = 'The function has changed since, or the file is not from saveModel.';
    const inner = variablesIn(parts);
    const texts = [...own.variables, ...own.buffers];
    const left = texts.filter((text) => typeof text !== 'number').map(shapeText);
    const begun: Variable[] = [];
    // the layers of this library that the function makes begin with zeros, and with none that the file lacks
    const zeros: VariableSource = (shape, trainable) => {
      const at = left.indexOf(shapeText(shape));
      if (at < 0) {
        const rule = `must have each variable that ${kind} makes`;
        reject(rule, { seen: `none left of shape ${shapeText(shape)}`, fix });
      }
      left.splice(at, 1);
      begun.push(tf.tidy(() => tf.variable(tf.zeros([...shape]), trainable)));
      return begun.at(-1)!;
    };
    const given = Object.entries(own.inputs).map(([name, input]): [string, unknown] => {
      if (input === 'value') return [name, options[name]];
      if (input === 'random') return [name, random.fork(name)];
      return [name, typeof input === 'number' ? parts[input] : input.map((place) => parts[place])];
    });
    const before = tf.tidy(() => tf.scalar(0).id);
    let part: Part | undefined;
    try {
      part = withSource(zeros, () =>
        functions.get(kind)!(Object.fromEntries([...given, ...Object.entries(options)]) as never),
      );
      const found = [...part.variables, ...(part.buffers ?? [])];
      const isSame = (text: (typeof texts)[number], variable: Variable | undefined): boolean =>
        typeof text === 'number'
          ? variable === inner[text]
          : variable !== undefined && variable.id > before && shapeText(variable.shape) === shapeText(text);
      const isRight =
        part.variables.length === own.variables.length &&
        found.length === texts.length &&
        texts.every((text, i) => isSame(text, found[i])) &&
        kindOfPart(part) === own.as;
      if (!isRight) {
        const shapesIn = (list: OwnText['variables']) =>
          list.map((text) => (typeof text === 'number' ? inner[text]! : { shape: text }));
        const seen = outlineOf(own.as, shapesIn(own.variables), shapesIn(own.buffers));
        const wanted = outlineOf(kindOfPart(part), part.variables, part.buffers);
        const made = wanted === seen ? 'variables of its own' : `${wanted}, as ${kind} makes`;
        reject(`must have ${made}`, { seen, fix });
      }
      texts.forEach((text, i) => {
        if (typeof text === 'number') return;
        const value = source(text, true);
        found[i]!.assign(value);
        value.dispose();
      });
      return part;
    } catch (error) {
      part?.dispose();
      free(begun);
      throw error;
    }
  };
}

/** A part in words, for an error. */
function outlineOf(
  as: string,
  ...lists: readonly (readonly { readonly shape: readonly number[] }[] | undefined)[]
): string {
  const [variables, buffers] = lists.map((list = []) =>
    cut(list.map(({ shape }) => shapeText(shape)).join(' ') || 'none', 40),
  );
  return `a ${as} of variables ${variables} and buffers ${buffers}`;
}
