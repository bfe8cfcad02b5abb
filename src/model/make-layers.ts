import type { Network, Part } from '../nets/network.js';
import { withSource, type VariableSource } from '../nets/new-variable.js';
import { createRandom, type RandomStream } from '../random/index.js';
import { isOurs } from '../tensor/errors.js';
import { withCause } from '../tensor/with-cause.js';
import type { Json } from '../training/index.js';
import { savedVariables } from '../training/trainer/trainer.js';
import type { LayerText, ModelText, OwnText } from './architecture-text.js';
import { MAX_LISTED } from './limits.js';
import { makeAsWritten } from './make-as-written.js';
import { makers } from './makers.js';
import { valueCodecs } from './named-values.js';
import { at, type RejectModel } from './read-model-text.js';

/** What a part of a user's function is made with. */
interface OwnInputs {
  readonly options: Readonly<Record<string, unknown>>;
  readonly parts: readonly Part[];
  readonly random: RandomStream;
}

/** Makes a part of a user's function, with variables from the source. */
export type MakeOwn = (layer: LayerText & { readonly own: OwnText }, inputs: OwnInputs, source: VariableSource) => Part;

/**
 * Makes the layers of a description, by index. The functions that make them check their options.
 *
 * @param wanted - whether to make the layer with this index
 * @param sourceOf - provides the variables of a layer, in the order in which the layer makes them
 */
export function makeLayers(
  { layers }: ModelText,
  wanted: (place: number) => boolean,
  sourceOf: (place: number) => VariableSource,
  makeOwn: MakeOwn,
  reject: RejectModel,
): ReadonlyMap<number, Part> {
  const random = createRandom(0);
  const made = new Map<number, Part>();
  let listed = 0;
  for (const [place, layer] of layers.entries()) {
    if (!wanted(place)) continue;
    const networks = layer.parts.map((part) => made.get(part) as Network);
    listed += networks.reduce((sum, network) => sum + savedVariables(network).length, 0);
    if (listed > MAX_LISTED) {
      reject('must describe a model of reasonable size', {
        seen: `networks with ${listed} variables in total, in ${at(place)}`,
      });
    }
    const options = optionsOf(layer, place, reject);
    const { own } = layer;
    const stream = random.fork(String(place));
    const make = (): Part =>
      own === undefined
        ? withSource(watched, () =>
            makeAsWritten(options, (used) => makers.get(layer.kind)!.make(used, networks, stream)),
          )
        : makeOwn({ ...layer, own }, { options, parts: networks, random: stream }, watched);
    const source = sourceOf(place);
    let sourceError: unknown;
    const watched: VariableSource = (shape, trainable) => {
      try {
        return source(shape, trainable);
      } catch (error) {
        sourceError = error;
        throw error;
      }
    };
    try {
      made.set(place, make());
    } catch (error) {
      // the source's errors are complete already
      if (error === sourceError) throw error;
      rejectCause(place, error, reject);
    }
  }
  return made;
}

/** Options, with named values replaced by the values themselves. */
function optionsOf({ kind, options, own }: LayerText, place: number, reject: RejectModel): Record<string, unknown> {
  const read = Object.entries(options).map(([name, plain]) => {
    const isNamed = valueCodecs.has(name) && (own === undefined ? plain !== null : own.inputs[name] === 'value');
    return [name, isNamed ? readNamed(plain, name) : plain];
  });
  return Object.fromEntries(read) as Record<string, unknown>;

  function readNamed(plain: Json, name: string): unknown {
    const codec = valueCodecs.get(name)!;
    let value: unknown;
    try {
      value = codec.read(plain);
    } catch (error) {
      rejectCause(place, error, reject);
    }
    if (value !== undefined) return value;
    const rule = `must have a known ${name} in ${at(place)}, ${kind}`;
    return reject(rule, { got: plain, fix: `The choices are ${codec.choices}.` });
  }
}

/** Throws the error of a function that makes a layer as an error of the file, unless it is one already. */
function rejectCause(place: number, error: unknown, reject: RejectModel): never {
  const { message } = error as Error;
  if (isOurs(error) && /^\w+: `bytes`/.test(message)) throw error;
  try {
    return reject(`must describe a valid part in ${at(place)}`, { seen: message.replace(/\.$/, '') });
  } catch (rejection) {
    throw withCause(rejection as Error, error);
  }
}
