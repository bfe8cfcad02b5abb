import { noteOf } from '../tensor/made-by.js';

/** The shape of one example, with null for any size; empty for one integer for each example, such as a label. */
export type ExampleShape = readonly (number | null)[];

/** What a part reads, by the names of inputs. */
export interface Reads {
  /** Its data or, of a decoder or a generator, its latents; undefined if its own note and those of its parts do not say. */
  readonly x: ExampleShape | undefined;
  /** Whether data are integers, such as tokens or timesteps. */
  readonly isInt: boolean;
  /** What networks read besides: timesteps, stepSize, condition, latents; a shape is undefined if it does not say. */
  readonly others: Readonly<Record<string, ExampleShape | undefined>>;
  /** Further conditions by their names. */
  readonly conditions: Readonly<Record<string, ExampleShape | undefined>>;
  /** The names of further conditions that are integers. */
  readonly tokens: ReadonlySet<string>;
}

/** What the notes on parts say. */
interface Note {
  readonly kind?: string | undefined;
  readonly options?: object | undefined;
  readonly parts?: readonly object[] | undefined;
  readonly defined?: { readonly parts: readonly object[] } | undefined;
}

type Options = Readonly<Record<string, number & readonly number[] & string & undefined>>;

/** Finds what a part reads in the notes on it and on its parts. */
export function readsOf(part: object): Reads {
  const x = exampleOf(part);
  const found: Record<string, ExampleShape | undefined> = {};
  const conditions = Object.create(null) as Record<string, ExampleShape | undefined>;
  const tokens = new Set<string>();
  visit(part, x, { found, conditions, tokens });
  const { timesteps, stepSize, condition, latents } = found;
  const isIn = (name: string): boolean => Object.hasOwn(found, name);
  return {
    x,
    isInt: isInteger(part),
    others: {
      ...(isIn('timesteps') && { timesteps }),
      ...(isIn('stepSize') && { stepSize }),
      ...(isIn('condition') && { condition }),
      ...(isIn('latents') && { latents }),
    },
    conditions,
    tokens,
  };
}

const read = (part: object): { readonly kind: string; readonly options: object; readonly parts: readonly object[] } => {
  const { kind = '', options = {}, parts, defined }: Note = noteOf(part) ?? {};
  return { kind, options, parts: parts ?? defined?.parts ?? [] };
};

/** What layers say of the shape of an example. */
const shapes: Readonly<Record<string, (options: Options) => ExampleShape | undefined>> = {
  attention: () => undefined,
  conv1d: ({ inputs }) => [null, inputs!],
  conv1dTranspose: (options) => [enlarged(options)[0]!, options['inputs']!],
  conv2d: ({ inputs }) => [null, null, inputs!],
  conv2dTranspose: (options) => [...enlarged(options), options['inputs']!],
  crossAttention: () => undefined,
  dcganDiscriminator: ({ shape }) => shape,
  dcganGenerator: ({ latentSize }) => [latentSize!],
  dense: ({ inputs }) => [inputs!],
  dit: ({ size, channels }) => [...[size!].flat(), ...(Array.isArray(size) ? [] : [size!]), channels!],
  ditBlock: () => undefined,
  embedding: () => [],
  textEncoder: ({ length }) => [length!],
  timeEmbedding: () => [],
  transformer: ({ length }) => [length!],
  convEncoder: ({ shape }) => shape,
  unet: ({ channels }) => [null, null, channels!],
  unet1d: ({ channels }) => [null, channels!],
  upsample: () => [null, null, null],
  upsample1d: () => [null, null],
};

/** The sizes from which a transposed convolution leads to its output, if that is given. */
function enlarged({ outputSize, strides = 2 as never, kernelSize, padding }: Options): (number | null)[] {
  const pair = (sizes: unknown): number[] => (Array.isArray(sizes) ? sizes : [sizes, sizes]) as number[];
  const borders = padding === 'valid' ? pair(kernelSize).map((size) => size - 1) : [0, 0];
  if (!outputSize) return [null, null];
  return pair(outputSize).map((size, axis) => Math.ceil((size - borders[axis]!) / pair(strides)[axis]!));
}

function exampleOf(part: object): ExampleShape | undefined {
  const { kind, options, parts } = read(part);
  const known = Object.hasOwn(shapes, kind) ? shapes[kind]!(options as Options) : undefined;
  if (known !== undefined || Object.hasOwn(shapes, kind)) return known;
  if (kind.endsWith('Prior')) return latentsOf(part, options, parts);
  const [first] = parts;
  const { size = 2, channels } = options as { readonly size?: number; readonly channels?: number };
  const inner = first === undefined ? undefined : exampleOf(first);
  const less = (by: number | undefined): ExampleShape | undefined =>
    inner && by !== undefined ? [...inner.slice(0, -1), inner.at(-1)! && inner.at(-1)! - by] : undefined;
  if (kind === 'withPicture') return less(channels);
  if (kind === 'withCondition') return less(widthOf(parts[1]!));
  if (kind === 'patchwise')
    return inner?.map((length, axis) => length && length * (axis === inner.length - 1 ? size ** -2 : size));
  if (kind === 'residual' || kind === 'residualBlock') return parts.map(exampleOf).find((shape) => shape !== undefined);
  if (kind === 'sequential') return chained(parts);
  return inner;
}

/** The latents of a prior. */
function latentsOf(part: object, options: object, parts: readonly object[]): ExampleShape | undefined {
  const { latentSize, latentSizes } = options as {
    readonly latentSize?: number;
    readonly latentSizes?: readonly number[];
  };
  if (latentSizes) return [latentSizes.reduce((sum, size) => sum + size, 0)];
  const [of] = parts as { readonly latentSize?: number }[];
  const [means] = (part as { readonly variables?: readonly { readonly shape: readonly number[] }[] }).variables ?? [];
  const size =
    latentSize ?? of?.latentSize ?? (parts.length === 0 && means?.shape.length === 2 ? means.shape[1] : undefined);
  return size === undefined ? undefined : [size];
}

/** The first layer of a chain that says it, after those that keep the shape. */
function chained(parts: readonly object[]): ExampleShape | undefined {
  for (const part of parts) {
    const shape = exampleOf(part);
    if (shape !== undefined || !keepsShape.test(read(part).kind)) return shape;
  }
  return undefined;
}

const keepsShape =
  /^(attention|batchNorm|crossAttention|ditBlock|dropout|gaussianNoise|groupNorm|layerNorm|minibatchStddev|activation)$/;

/** How many numbers a network gives: the last axis of its last weights. */
function widthOf(part: object): number | undefined {
  return (part as { readonly variables?: readonly { readonly shape: readonly number[] }[] }).variables
    ?.at(-1)
    ?.shape.at(-1);
}

/** Whether the first layer reads integers. */
function isInteger(part: object): boolean {
  const { kind, parts } = read(part);
  if (/^(embedding|textEncoder|timeEmbedding|transformer)$/.test(kind)) return true;
  return parts.length > 0 && !/Denoiser|Codebook|Prior/.test(kind) && isInteger(parts[0]!);
}

interface Marks {
  readonly name?: string | null;
  readonly channels?: number;
  readonly classes?: number | null;
  readonly stepSizes?: number | null;
}

interface Found {
  readonly found: Record<string, ExampleShape | undefined>;
  readonly conditions: Record<string, ExampleShape | undefined>;
  readonly tokens: Set<string>;
}

/** Adds what the layers in a part read besides its data. */
function visit(part: object, x: ExampleShape | undefined, at: Found): void {
  const { kind, options, parts } = read(part);
  const [first, second, third] = parts as [object, object, object | undefined];
  const { name, channels, classes, stepSizes } = options as Marks;
  if (classes && kind !== 'embedding') at.found['condition'] ??= [];
  if (stepSizes) at.found['stepSize'] = [];
  const inner = (one: object, found = at.found): void => visit(one, exampleOf(one), { ...at, found });
  if (/^(createDenoiser|withTimesteps|denoisingMlp)$/.test(kind)) at.found['timesteps'] = [];
  if (kind === 'createConditionalPrior') at.found['condition'] ??= exampleOf(first);
  if (kind === 'withStepSizes') at.found['stepSize'] = [];
  if (kind === 'concatLatents') at.found['latents'] ??= exampleOf(second);
  if (kind === 'withTimesteps' || kind === 'denoisingMlp') {
    // the body's condition is the time
    const own: Found['found'] = {};
    inner(first, own);
    inner(second);
    for (const other of ['latents', 'stepSize']) if (Object.hasOwn(own, other)) at.found[other] = own[other];
    if (third) at.found['condition'] ??= exampleOf(third);
    return;
  }
  if (/^with(Condition|Projection|ScaleAndShift)$/.test(kind)) {
    at.found['condition'] ??= exampleOf(second);
    inner(first);
    return;
  }
  if (kind === 'withNamedCondition') {
    const own: Found['found'] = {};
    inner(first, own);
    at.conditions[name!] ??= own['condition'];
    for (const other of Object.keys(own)) if (other !== 'condition') at.found[other] = own[other];
    return;
  }
  if (kind === 'withPicture') {
    const picture = x && [...x.slice(0, -1), channels!];
    const own: Found['found'] = {};
    inner(first, name ? at.found : own);
    if (name) at.conditions[name] ??= picture;
    else {
      at.found['condition'] = picture;
      for (const other of Object.keys(own)) if (other !== 'condition') at.found[other] = own[other];
    }
    return;
  }
  if (kind === 'crossAttention') {
    const { context } = options as { readonly context: number };
    at.conditions['context'] ??= [null, context];
    // an input only where its shape is given: without it, there is no padding
    at.tokens.add('tokens');
    return;
  }
  if (kind === 'withTokens') {
    const own = { found: {} as Found['found'], conditions: {} as Found['conditions'] };
    visit(first, exampleOf(first), { ...at, ...own });
    // the text is the condition and the context
    delete own.found['condition'];
    delete own.conditions['context'];
    Object.assign(at.found, own.found);
    Object.assign(at.conditions, own.conditions, { tokens: exampleOf(second) });
    at.tokens.add('tokens');
    return;
  }
  // the context of its layers is its own
  if (kind === 'textEncoder') return;
  for (const one of parts) inner(one);
}
