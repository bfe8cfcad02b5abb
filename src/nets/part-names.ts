import type { Variable } from '@tensorflow/tfjs-core';
import { noteOf } from '../tensor/made-by.js';
import type { Part } from './network.js';

/**
 * The names of a part's variables: in a network that draws its weights, the fork from which they were drawn, such as `level 0/down 0/first`;
 * in a chain or another composition, the position of the network, or the last fork of its stream, and then the names in it. A norm is named as the layer after it
 * (in dcgan networks, before it).
 */
export function partNames(part: Part): Map<Variable, string[]> {
  const names = new Map<Variable, string[]>();
  const add = (variable: Variable, own: readonly string[]): void => {
    names.set(variable, [...(names.get(variable) ?? []), ...own.filter(Boolean)]);
  };
  const visit = (one: Part, prefixes: readonly string[]): void => {
    const { kind = '', path, defined, parts = defined?.parts ?? [] } = noteOf(one) ?? {};
    const within = (inner: readonly string[]): string[] =>
      prefixes.flatMap((prefix) => inner.map((name) => joined(prefix, name)));
    if (path !== undefined) placesIn(one, path, kind).forEach((place, i) => add(one.variables[i]!, within([place])));
    else parts.forEach((inner, i) => visit(inner, within(namesOf(inner, i, kind))));
    for (const variable of one.variables) if (!names.has(variable)) add(variable, prefixes);
  };
  visit(part, ['']);
  return names;
}

const joined = (...names: readonly string[]): string => names.filter(Boolean).join('/');

/** The names of a network within a composition: only a chain names its first one. */
function namesOf(network: Part, place: number, kind: string): string[] {
  const fork = noteOf(network)?.path?.at(-1) ?? '';
  if (kind !== 'sequential' && place === 0) return [''];
  return [String(place), ...(/^\d*$/.test(fork) ? [] : [fork])];
}

/** For each variable of a network whose stream has this path, the rest of the path of the stream from which it was drawn. */
function placesIn({ variables }: Part, path: readonly string[], kind: string): string[] {
  const places = variables.map((variable) => noteOf(variable)?.path?.slice(path.length).join('/'));
  // a norm draws nothing
  const before = (i: number) =>
    places
      .slice(0, i)
      .filter((place) => place !== undefined)
      .at(-1);
  const after = (i: number) => places.slice(i).find((place) => place !== undefined);
  return places.map(
    (place, i) => place ?? (kind.startsWith('dcgan') ? (before(i) ?? after(i)) : (after(i) ?? before(i))) ?? '',
  );
}
