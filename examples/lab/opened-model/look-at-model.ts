// What can be seen of a model file that was made anywhere with this library: its parts, and samples if one of them makes any.
import * as tf from '@tensorflow/tfjs-core';
import {
  gaussianPrior,
  sampleDpmSolver,
  type Decoder,
  type Denoiser,
  type GaussianEncoder,
  type Generator,
  type RandomStream,
} from 'tfjs-generative';
import { describeModel, loadModel, type LayerDescription, type PartDescription } from 'tfjs-generative/model';

/** Samples: pictures, or points. */
const [PICTURES, POINTS] = [24, 512];
/** Height and width of the pictures of a denoiser that takes any. */
const SIDE = 32;
/** Calls of a denoiser for a sample. */
const CALLS = 15;

/** What is seen of a model. */
export interface ModelLook {
  readonly parts: readonly { readonly name: string; readonly kind: string; readonly parameters: number }[];
  /** Points `[n, 2]`, or pictures `[n, height, width, 1 or 3]` with pixels from 0 to 1; undefined if there is nothing to draw. */
  readonly samples?: { readonly values: Float32Array; readonly shape: readonly number[] } | undefined;
  /** Where the samples come from, or why there are none, in a sentence. */
  readonly about: string;
}

type Parts = Readonly<Record<string, PartDescription>>;

/** Describes a model, and draws samples of the first of its parts that makes any; throws if the file cannot be used. */
export async function lookAtModel(bytes: Uint8Array, random: RandomStream): Promise<ModelLook> {
  const { parts } = describeModel(bytes);
  const list = Object.entries(parts).map(([name, { kind, parameters }]) => ({ name, kind, parameters }));
  const loaded = await loadModel(bytes);
  const parted = ('part' in parts ? { part: loaded } : loaded) as Readonly<Record<string, { dispose(): void }>>;
  try {
    const made = await sample(parts, parted, random);
    if (made === undefined) return { parts: list, about: 'No part of this model makes points or pictures.' };
    const { name, x } = made;
    const shown = shownFrom(x);
    const values = Float32Array.from(await shown.data());
    const { shape } = shown;
    tf.dispose([x, shown]);
    const isPoints = shape.length === 2 && shape[1] === 2;
    const isPictures = shape.length === 4 && [1, 3].includes(Number(shape[3]));
    if (!isPoints && !isPictures)
      return {
        parts: list,
        about: `The samples of "${name}" have the shape [${shape.slice(1).join()}], which is neither points nor pictures.`,
      };
    return { parts: list, samples: { values, shape }, about: `These are ${shape[0]} samples of "${name}".` };
  } finally {
    for (const part of Object.values(parted)) part.dispose();
  }
}

/** Samples of the first generator, denoiser or decoder. */
async function sample(
  parts: Parts,
  loaded: Readonly<Record<string, unknown>>,
  random: RandomStream,
): Promise<{ readonly name: string; readonly x: tf.Tensor } | undefined> {
  const named = (as: string): [string, PartDescription] | undefined =>
    Object.entries(parts).find(([, part]) => part.as === as);
  const found = named('generator') ?? named('denoiser') ?? named('decoder');
  if (found === undefined) return undefined;
  const [name, description] = found;
  const classes = optionIn(description, 'classes');
  const draw = async (n: number): Promise<tf.Tensor> => {
    const labels = Int32Array.from({ length: n }, (_, i) => i % (classes ?? 1));
    const condition = classes === undefined ? undefined : tf.tensor1d(labels, 'int32');
    try {
      if (description.as === 'generator') return (loaded[name] as Generator).draw(n, random, { condition });
      if (description.as === 'denoiser') {
        const options = { shape: [n, ...shapeOf(description)], steps: CALLS, random, ...(condition && { condition }) };
        return await sampleDpmSolver(loaded[name] as Denoiser, options);
      }
      const encoder = named('encoder');
      const latentSize =
        encoder === undefined ? latentSizeOf(description) : (loaded[encoder[0]] as GaussianEncoder).latentSize;
      if (latentSize === undefined) throw new Error('The number of latents is not in the file.');
      const z = gaussianPrior.sample([n, latentSize], random);
      const x = (loaded[name] as Decoder).mean(z, { condition });
      z.dispose();
      return x;
    } finally {
      condition?.dispose();
    }
  };
  const one = await draw(1);
  const isOfPoints = one.size === 2;
  one.dispose();
  return { name, x: await draw(isOfPoints ? POINTS : PICTURES) };
}

/** Pixels from 0 to 1, with those of a flat picture as a square; points as they are. */
function shownFrom(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    if (x.rank === 2 && x.shape[1] === 2) return tf.clone(x);
    const side = Math.sqrt(x.shape[1] ?? 0);
    const square = x.rank === 2 && side > 4 && Number.isInteger(side) ? tf.reshape(x, [-1, side, side, 1]) : x;
    // data of zero mean have negative numbers in each picture
    const isSigned = tf.min(square).dataSync()[0]! < -0.2;
    return tf.clipByValue(isSigned ? tf.div(tf.add(square, 1), 2) : square, 0, 1);
  });
}

/** The first number under this name among the options of a part and of the parts in it. */
function optionIn({ options, parts }: LayerDescription, name: string): number | undefined {
  const own = options[name];
  if (typeof own === 'number') return own;
  for (const part of parts) {
    const inner = optionIn(part, name);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The shape of the data of a denoiser. */
function shapeOf({ parts: [network] }: LayerDescription): number[] {
  if (network?.kind === 'denoisingMlp') return [Number(network.options['size'])];
  const channels = network === undefined ? undefined : optionIn(network, 'channels');
  if (network === undefined || channels === undefined) throw new Error('The shape of its data is not in the file.');
  return [SIDE, SIDE, network.kind === 'patchwise' ? channels / Number(network.options['size']) ** 2 : channels];
}

/** The number of latents that a decoder takes. */
function latentSizeOf(description: LayerDescription): number | undefined {
  const { kind, options, parts } = description;
  if (kind === 'withCondition') {
    const [all, more] = [latentSizeOf(parts[0]!), optionIn(parts[1]!, 'size')];
    return all === undefined || more === undefined ? undefined : all - more;
  }
  const { inputs, sizes } = options;
  if (typeof inputs === 'number') return inputs;
  if (Array.isArray(sizes)) return Number(sizes[0]);
  return parts[0] && latentSizeOf(parts[0]);
}
