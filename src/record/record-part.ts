import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import type { ApplyOptions, Part } from '../nets/network.js';
import { checkAlive } from '../tensor/checks.js';
import { isOurs, unusable, wrongKind } from '../tensor/errors.js';
import { noteOf } from '../tensor/made-by.js';
import { withCause } from '../tensor/with-cause.js';
import { savedVariables } from '../training/trainer/trainer.js';
import type { InputSpec } from './inputs.js';
import { readsOf, type ExampleShape } from './reads-of.js';
import { recordFunction } from './record.js';
import type { Recording } from './recording.js';

/** A method of a part, with the input first. */
type Method = (x: Tensor, ...more: unknown[]) => Tensor | NamedTensorMap;
type Methods = Readonly<Record<string, Method>>;

/** What the main methods of a part give; the part has the first method of one of these, in this order. */
const calls: Readonly<Record<string, (part: Methods, x: Tensor, options: ApplyOptions) => NamedTensorMap>> = {
  estimate: (part, x, { timesteps, ...options }) => ({ ...part['estimate']!(x, timesteps, options) }) as NamedTensorMap,
  encode: (part, x, options) => ({ ...part['encode']!(x, options) }) as NamedTensorMap,
  indices: (part, x, options) => ({ indices: part['indices']!(x, options) as Tensor }),
  draw: (part, x, options) => {
    const { z, logProb } = part['draw']!(x, options.random, options) as Readonly<Record<string, Tensor>>;
    return { z: z!, logProb: logProb! };
  },
  decode: (part, x, options) => ({
    parameters: part['decode']!(x, options) as Tensor,
    mean: part['mean']!(x, options) as Tensor,
  }),
  generate: (part, x, options) => ({ output: part['generate']!(x, options) as Tensor }),
  logits: (part, x, options) => ({ output: part['logits']!(x, options) as Tensor }),
  apply: (part, x, options) => ({ output: part['apply']!(x, options) as Tensor }),
  logProb: (part, x, options) => ({ logProb: part['logProb']!(x, options) as Tensor }),
};

/** Shapes of one example by the names of inputs, where those that a part knows are not enough. */
export type ExampleShapes = Readonly<Record<string, ExampleShape | undefined>>;

/**
 * Records the main methods of a part: `output` of a network, generator or discriminator, `mean` and `logVariance` of an encoder, `parameters` and
 * `mean` of a decoder, `sample` and `noise` of a denoiser, `logProb` of a prior or a model of tokens.
 */
export async function recordPart(where: string, part: Part, given: ExampleShapes): Promise<Recording> {
  const refuse = (rule: string, seen: string | undefined, fix: string): never => {
    throw unusable(where, 'part', rule, { got: part, seen, fix });
  };
  const method = Object.keys(calls).find((name) => typeof (Object(part) as Methods)[name] === 'function');
  if (method === undefined) {
    const kind = noteOf(Object(part) as object)?.kind;
    return refuse('must be a part with tensors as its result', kind, 'Record a function of it with `record`.');
  }
  checkAlive(where, 'part', savedVariables(part));
  const reads = readsOf(part);
  const x = /^(decode|generate)$/.test(method) || /Prior$/.test(noteOf(part)?.kind ?? '') ? 'z' : 'x';
  const shapes = { [x]: reads.x, ...reads.others, ...defined(given) };
  const specs = Object.entries(shapes).map(([name, shape]): [string, InputSpec] => [
    name,
    name === x
      ? specOf(where, name, shape, reads.x, reads.isInt && shape?.length === reads.x?.length)
      : specOf(where, name, shape, reads.others[name]),
  ]);
  let recording: Recording;
  try {
    recording = await recordFunction<string>(where, 'part', {
      fn: ({ [x]: first, timesteps, stepSize, condition, latents, ...conditions }, random) => {
        const options = { timesteps, stepSize, condition, latents, random, ...(Object.keys(conditions).length > 0 && { conditions }) };
        return calls[method]!(part as unknown as Methods, first!, options);
      },
      inputs: Object.fromEntries(specs),
      state: part,
      fixed: 'Give the shape of an example: `inputs: { x: [28, 28, 1] }`.',
    });
  } catch (error) {
    if (!isOurs(error) || error.message.startsWith(where)) throw error;
    const fix = 'Give the shapes that it needs, without the batch: `inputs: { x: [28, 28, 1] }`.';
    throw withCause(unusable(where, 'part', 'must take its inputs', { seen: error.message.slice(0, 300), fix }), error);
  }
  const used = new Set(recording.nodes.flatMap(({ inputs }) => Object.values(inputs)));
  const isRead = ({ name, tensor }: { readonly name: string; readonly tensor: object }): boolean => name === x || used.has(tensor as never);
  const unread = Object.keys(defined(given)).find((name) => !recording.inputs.some((input) => input.name === name && isRead(input)));
  if (unread !== undefined) throw wrongKind(where, 'inputs', 'must name its inputs', { got: unread });
  return { ...recording, inputs: recording.inputs.filter(isRead) };
}

function defined(shapes: ExampleShapes): Readonly<Record<string, ExampleShape>> {
  return Object.fromEntries(Object.entries(shapes).filter((entry): entry is [string, ExampleShape] => entry[1] !== undefined));
}

/** An input for any batch. Numbers of examples, such as labels, are integers. */
function specOf(where: string, name: string, shape: ExampleShape | undefined, known: ExampleShape | undefined, isInt = shape?.length === 0): InputSpec {
  const isSize = (size: unknown): boolean => size === null || (Number.isSafeInteger(size) && (size as number) > 0);
  const isShape = Array.isArray(shape) && shape.every(isSize);
  // the last axes are those that the layer knows
  if (!isShape || shape.some((size, axis) => (known?.at(axis - shape.length) ?? size) !== size))
    throw wrongKind(where, `inputs.${name}`, 'must be a shape such as [28, 28, 1]', { got: shape });
  return { shape: [null, ...shape], dtype: isInt ? 'int32' : 'float32' };
}
