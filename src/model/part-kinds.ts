import type { Denoiser } from '../diffusion/index.js';
import type { LatentDensity } from '../distributions/index.js';
import type { Discriminator, Generator } from '../gan/index.js';
import type { Network, Part } from '../nets/index.js';
import type { TableModel } from '../tables/table-model.js';
import type { TokenModel } from '../tokens/index.js';
import { noteOf } from '../tensor/made-by.js';
import type { Decoder, GaussianEncoder, LatentEncoder } from '../vae/index.js';
import type { CodePrior } from '../tokens/code-prior.js';
import type { QuantizedEncoder } from '../tokens/quantizers/quantized-encoder.js';
import type { Quantizer } from '../tokens/quantizers/quantizer.js';

/** The kinds of parts that a file may contain. */
export interface ModelParts {
  /** A layer or a network. */
  readonly network: Network;
  /** The result of `createGaussianEncoder`. */
  readonly encoder: GaussianEncoder;
  /** The result of `createHierarchicalEncoder`. */
  readonly latentEncoder: LatentEncoder;
  /** The result of `createQuantizedEncoder`. */
  readonly quantizedEncoder: QuantizedEncoder;
  /** The result of `finiteScalarQuantizer` or `createCodebook`. */
  readonly quantizer: Quantizer;
  /** The result of `createCodePrior`. */
  readonly codePrior: CodePrior;
  /** A prior with variables, such as the result of `createMixturePrior` or `createFlowPrior`. */
  readonly prior: LatentDensity & Part;
  /** The result of `createDecoder`. */
  readonly decoder: Decoder;
  /** The result of `createGenerator`. */
  readonly generator: Generator;
  /** The result of `createDiscriminator`. */
  readonly discriminator: Discriminator;
  /** The result of `createTokenModel` or `createMaskedModel`. */
  readonly tokenModel: TokenModel;
  /** The result of `createTableModel`. */
  readonly tableModel: TableModel;
  /** The result of `createDenoiser` or `withClip`. */
  readonly denoiser: Denoiser;
}

/** The name of a kind of part. */
export type ModelKind = keyof ModelParts;

/** The expected content of a file: one part of a kind, or parts by name. */
export type ExpectedModel = ModelKind | { readonly [name: string]: ModelKind };

/** The type of the loaded part or parts; any kind, if none was specified. */
export type LoadedModel<As extends ExpectedModel | undefined> = As extends ModelKind
  ? ModelParts[As]
  : As extends { readonly [name: string]: ModelKind }
    ? { readonly [Name in keyof As]: ModelParts[As[Name]] }
    : ModelParts[ModelKind] | { readonly [name: string]: ModelParts[ModelKind] };

/** The members by which a part is recognised; those of a kind come before others that it also has. */
const members: Readonly<Partial<Record<ModelKind, string>>> = {
  codePrior: 'model quantizer logProb',
  quantizedEncoder: 'quantizer indices draw',
  quantizer: 'quantize lookUp indicesOf',
  tokenModel: 'tokens length logProb sample',
  tableModel: 'description network',
  decoder: 'likelihood decode',
  denoiser: 'schedule estimate',
  generator: 'latentSize generate',
  discriminator: 'logits',
  encoder: 'latentSize encode',
  latentEncoder: 'latentSize draw',
  prior: 'logProb sample',
};

/** The kind of a part, by its members. */
export function kindOfPart(part: object): ModelKind {
  const { kind = '', parts: [inner] = [], defined } = noteOf(part) ?? {};
  if (defined !== undefined) return defined.as as ModelKind;
  if (kind === 'freeze') return kindOfPart(inner!);
  const found = Object.entries(members).find(([, names]) => names.split(' ').every((name) => name in part));
  return (found?.[0] ?? 'network') as ModelKind;
}
