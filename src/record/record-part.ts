import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import type { ApplyOptions, Part } from '../nets/network.js';
import { checkAlive } from '../tensor/checks.js';
import { cut, isOurs, unusable, wrongKind } from '../tensor/errors.js';
import { noteOf } from '../tensor/made-by.js';
import { withCause } from '../tensor/with-cause.js';
import { savedVariables } from '../training/trainer/trainer.js';
import { anyDraws } from './any-draws.js';
import type { InputSpec } from './inputs.js';
import { readsOf, type ExampleShape, type Reads } from './reads-of.js';
import { recordFunction } from './record-function.js';
import type { Recording } from './recording.js';

const EXPORTED = 'must be a part that can be exported';

/** The inputs besides data that have a meaning of their own. */
const USUAL = /^(timesteps|stepSize|condition|latents)$/;

/** A method of a part, with the input first. */
type Method = (x: Tensor, ...more: unknown[]) => Tensor | NamedTensorMap;
type Methods = Readonly<Record<string, Method>>;

/** What the main methods of a part give; the part has the first method of one of these, in this order. */
const calls: Readonly<Record<string, (part: Methods, x: Tensor, options: ApplyOptions) => NamedTensorMap>> = {
  estimate: (part, x, { timesteps, ...options }) => ({ ...part['estimate']!(x, timesteps, options) }) as NamedTensorMap,
  encode: (part, x, options) => ({ ...part['encode']!(x, options) }) as NamedTensorMap,
  decode: (part, x, options) => ({
    parameters: part['decode']!(x, options) as Tensor,
    mean: part['mean']!(x, options) as Tensor,
  }),
  generate: (part, x, options) => ({ output: part['generate']!(x, options) as Tensor }),
  logits: (part, x, options) => ({ output: part['logits']!(x, options) as Tensor }),
  indices: (part, x, options) => ({ indices: part['indices']!(x, options) as Tensor }),
  draw: (part, x, options) => {
    const { z, logProb } = part['draw']!(x, options.random, options) as Readonly<Record<string, Tensor>>;
    return { z: z!, logProb: logProb! };
  },
  apply: (part, x, options) => ({ output: part['apply']!(x, options) as Tensor }),
  quantize: (part, x, options) => {
    const { z, indices } = part['quantize']!(x, options) as Readonly<Record<string, Tensor>>;
    return { z: z!, indices: indices! };
  },
  logProb: (part, x, options) => ({ logProb: part['logProb']!(x, options) as Tensor }),
};

/** Shapes of one example by the names of inputs, where those that a part knows are not enough. */
export type ExampleShapes = Readonly<Record<string, ExampleShape | undefined>>;

/**
 * Records the main methods of a part: `output` of a network, generator or discriminator, `mean` and `logVariance` of an encoder, `parameters` and
 * `mean` of a decoder, `sample` and `noise` of a denoiser, `indices` of a quantized encoder, `z` and `logProb` of another encoder, `logProb`
 * of a prior or a model of tokens.
 */
export async function recordPart(
  where: string,
  part: Part,
  given: ExampleShapes,
  random = anyDraws(),
): Promise<Recording> {
  const refuse = (rule: string, seen: string | undefined, fix: string): never => {
    throw unusable(where, 'part', rule, { got: part, seen, fix });
  };
  const isPart = typeof part === 'object' && Array.isArray((part as Partial<Part> | null)?.variables);
  const method = Object.keys(calls).find((name) => isPart && typeof (part as unknown as Methods)[name] === 'function');
  if (method === undefined) {
    const kind = noteOf(Object(part) as object)?.kind;
    return refuse('must be a part with tensors as its result', kind, 'Record a function of it with `record`.');
  }
  checkAlive(where, 'part', savedVariables(part));
  const reads = readsOf(part);
  const x =
    /^(decode|generate)$/.test(method) || (method === 'logProb' && 'sample' in part && !('tokens' in part)) ? 'z' : 'x';
  const known = inputsOf(x, reads, refuse);
  for (const name of Object.keys(defined(given))) if (!known.has(name)) known.set(name, undefined);
  const givenAs = (name: string): ExampleShape | undefined => (Object.hasOwn(given, name) ? given[name] : undefined);
  const isInt = (name: string, shape: ExampleShape | undefined): boolean | undefined =>
    name === x
      ? reads.isInt && (givenAs(name) ?? shape)?.length === shape?.length
      : reads.tokens.has(name) || undefined;
  const specs = Array.from(known, ([name, shape]): [string, InputSpec] => [
    name,
    specOf(where, name, givenAs(name) ?? shape, shape, isInt(name, shape)),
  ]);
  let recording: Recording;
  try {
    recording = await recordFunction<string>(where, 'part', {
      fn: (inputs) => {
        const entries = Object.entries(inputs).filter(([name]) => name !== x);
        const conditions = Object.fromEntries(
          entries.filter(([name]) => Object.hasOwn(reads.conditions, name) || !USUAL.test(name)),
        );
        const options = Object.fromEntries(entries.filter(([name]) => !Object.hasOwn(conditions, name)));
        return calls[method]!(part as unknown as Methods, inputs[x]!, {
          ...options,
          random,
          ...(Object.keys(conditions).length > 0 && { conditions }),
        });
      },
      inputs: Object.fromEntries(specs),
      random,
      state: part,
      fixed: 'Give the shape of an example: `inputs: { x: [28, 28, 1] }`.',
    });
  } catch (error) {
    if (!isOurs(error) || error.message.startsWith(where)) throw error;
    const fix = 'Give the shapes that it needs, without the batch: `inputs: { x: [28, 28, 1] }`.';
    throw withCause(unusable(where, 'part', 'must take its inputs', { seen: error.message.slice(0, 300), fix }), error);
  }
  const used = new Set(recording.nodes.flatMap(({ inputs }) => Object.values(inputs)));
  const isRead = ({ name, tensor }: { readonly name: string; readonly tensor: object }): boolean =>
    name === x || used.has(tensor as never);
  const unread = Object.keys(defined(given)).find(
    (name) => !recording.inputs.some((input) => input.name === name && isRead(input)),
  );
  if (unread !== undefined) throw wrongKind(where, 'inputs', 'must name its inputs', { got: unread });
  const inputs = recording.inputs.filter(isRead);
  const same = recording.outputs.find(({ name }) => inputs.some((input) => input.name === name));
  if (same) refuse(EXPORTED, `a condition named '${cut(same.name)}', like an output`, 'Give it another name.');
  return { ...recording, inputs };
}

/** The inputs of a part in order, with what it knows of their shapes. */
function inputsOf(
  x: string,
  reads: Reads,
  refuse: (rule: string, seen: string, fix: string) => never,
): Map<string, ExampleShape | undefined> {
  const { timesteps, stepSize, ...later } = reads.others;
  const early = { timesteps, stepSize };
  const known = new Map<string, ExampleShape | undefined>();
  // a picture comes before the labels of the network to which it is shown
  for (const [name, shape] of [
    [x, reads.x] as const,
    ...Object.entries(early).filter(([name]) => Object.hasOwn(reads.others, name)),
    ...Object.entries(reads.conditions),
    ...Object.entries(later),
  ]) {
    if (known.has(name)) refuse(EXPORTED, `two inputs named '${cut(name)}'`, 'Give each condition another name.');
    known.set(name, shape);
  }
  return known;
}

function defined(shapes: ExampleShapes): Readonly<Record<string, ExampleShape>> {
  return Object.fromEntries(
    Object.entries(shapes).filter((entry): entry is [string, ExampleShape] => entry[1] !== undefined),
  );
}

/** An input for any batch. Numbers of examples, such as labels, are integers. */
function specOf(
  where: string,
  name: string,
  shape: ExampleShape | undefined,
  known: ExampleShape | undefined,
  isInt = shape?.length === 0,
): InputSpec {
  const isSize = (size: unknown): boolean => size === null || (Number.isSafeInteger(size) && (size as number) > 0);
  const isShape = Array.isArray(shape) && [...(shape as unknown[])].every(isSize);
  // the last axes are those that the layer knows
  if (!isShape || shape.some((size, axis) => (known?.at(axis - shape.length) ?? size) !== size))
    throw wrongKind(where, `inputs.${name}`, 'must be a shape such as [28, 28, 1]', { got: shape });
  return { shape: [null, ...(shape as readonly (number | null)[])], dtype: isInt ? 'int32' : 'float32' };
}
