import type { Network, Part } from '../nets/network.js';
import { withSource, type VariableSource } from '../nets/new-variable.js';
import { createRandom } from '../random/index.js';
import type { Json } from '../training/index.js';
import { savedVariables } from '../training/trainer/trainer.js';
import type { LayerText, ModelText } from './architecture-text.js';
import { MAX_LISTED } from './limits.js';
import { makeAsWritten } from './make-as-written.js';
import { makers } from './makers.js';
import { writings } from './named-values.js';
import { at, type RefuseModel } from './read-model-text.js';

/**
 * Makes the layers of a description, by index. The functions that make them check their options.
 *
 * @param wanted - tells which indices to make
 * @param sourceOf - provides the variables of a layer, in the order in which it asks for them
 */
export function makeLayers(
  { layers }: ModelText,
  wanted: (place: number) => boolean,
  sourceOf: (place: number) => VariableSource,
  refuse: RefuseModel,
): ReadonlyMap<number, Part> {
  const random = createRandom(0);
  const made = new Map<number, Part>();
  let listed = 0;
  for (const [place, layer] of layers.entries()) {
    if (!wanted(place)) continue;
    const networks = layer.parts.map((part) => made.get(part) as Network);
    listed += networks.reduce((sum, network) => sum + savedVariables(network).length, 0);
    if (listed > MAX_LISTED) {
      refuse('must describe a model of sane size', {
        seen: `variables that are listed ${listed} times, in ${at(place)}`,
      });
    }
    const options = optionsOf(layer, place, refuse);
    const { make } = makers.get(layer.kind)!;
    const source = sourceOf(place);
    let own: unknown;
    const watched: VariableSource = (shape, trainable) => {
      try {
        return source(shape, trainable);
      } catch (error) {
        own = error;
        throw error;
      }
    };
    try {
      made.set(
        place,
        withSource(watched, () => makeAsWritten(options, (used) => make(used, networks, random.fork(String(place))))),
      );
    } catch (error) {
      // the source's errors are complete already
      if (error === own) throw error;
      refuseCause(place, error, refuse);
    }
  }
  return made;
}

/** Options, with named values replaced by the values themselves. */
function optionsOf({ kind, options }: LayerText, place: number, refuse: RefuseModel): Record<string, unknown> {
  const read = Object.entries(options).map(([name, plain]) => {
    const writing = writings.get(name);
    return [name, writing === undefined || plain === null ? plain : readNamed(plain, name)];
  });
  return Object.fromEntries(read) as Record<string, unknown>;

  function readNamed(plain: Json, name: string): unknown {
    const writing = writings.get(name)!;
    let value: unknown;
    try {
      value = writing.read(plain);
    } catch (error) {
      refuseCause(place, error, refuse);
    }
    if (value !== undefined) return value;
    const rule = `must have a known ${name} in ${at(place)}, ${kind}`;
    return refuse(rule, { got: plain, fix: `There is ${writing.choices}.` });
  }
}

/** Wraps an error of a function that makes a layer into the error of the file; errors from elsewhere pass unchanged. */
function refuseCause(place: number, error: unknown, refuse: RefuseModel): never {
  const { message } = error as Error;
  return refuse(`must describe what can be made in ${at(place)}`, { seen: message });
}
