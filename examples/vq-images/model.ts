import {
  cosineDecay,
  conv2d,
  conv2dTranspose,
  createAdam,
  createDecoder,
  createVaeTrainer,
  gaussian,
  groupNorm,
  reshape,
  residualBlock,
  sequential,
  swish,
  type Decoder,
  type Network,
  type RandomStream,
  type Trainer,
  type VaeMetric,
} from 'tfjs-generative';
import {
  createCodebook,
  createMaskedModel,
  createQuantizedEncoder,
  createTokenModel,
  createTokenTrainer,
  finiteScalarQuantizer,
  transformer,
  type QuantizedEncoder,
  type Quantizer,
  type TokenModel,
} from 'tfjs-generative/tokens';
import { CLASSES } from '../shared/image-data.js';
import { warmCosine } from '../shared/warm-cosine.js';

/** The places of a picture's codes. */
export const PLACES = 7;
/** 512 codes of 3 numbers. */
const LEVELS = [8, 8, 8];
/** As many codes of a codebook, which are longer. */
const CODEBOOK = { codes: 512, size: 8 };
/** Channels at 14 x 14 and at 7 x 7 pixels. */
const CHANNELS: Channels = [32, 64];

/** Channels after the first convolution, and after the second. */
export type Channels = readonly [wide: number, deep: number];

/** Little noise: reconstructions are sharp. */
const likelihood = gaussian({ variance: 0.01 });
const AVERAGE_DECAY = 0.999;

/** A variational autoencoder whose latents are codes, and its trainer. */
export interface CodeVae {
  readonly trainer: Trainer<VaeMetric>;
  /** The running averages, used for codes and pictures. */
  readonly encoder: QuantizedEncoder;
  readonly decoder: Decoder;
  dispose(): void;
}

/** What {@link createCodeVae} and {@link createPrior} take. */
export interface ModelOptions {
  /** Number of updates in the whole run, after which the learning rate is 0. */
  readonly steps: number;
  readonly random: RandomStream;
}

/** A VAE for pictures `[batch, 28, 28, 1]` in [0, 1], with 7 x 7 codes. */
export function createCodeVae({ steps, random, codebook }: ModelOptions & { readonly codebook: boolean }): CodeVae {
  const makeEncoder = (): QuantizedEncoder => {
    const quantizer = makeQuantizer(codebook, random.fork('quantizer'));
    return createQuantizedEncoder(encoderNetwork(quantizer.size, random.fork('encoder')), { quantizer });
  };
  const makeDecoder = (size: number): Decoder =>
    createDecoder(decoderNetwork({ size, outputs: 1 }, random.fork('decoder')), { likelihood });
  const [encoder, averagedEncoder] = [makeEncoder(), makeEncoder()];
  const { size } = encoder.quantizer;
  const [decoder, averagedDecoder] = [makeDecoder(size), makeDecoder(size)];
  const trainer = createVaeTrainer({
    encoder,
    decoder,
    optimizer: createAdam({ learningRate: cosineDecay({ from: 2e-3, to: 0, steps }) }),
    random,
    average: { into: { encoder: averagedEncoder, decoder: averagedDecoder }, decay: AVERAGE_DECAY },
  });
  const owners = [trainer, encoder, averagedEncoder, decoder, averagedDecoder];
  return {
    trainer,
    encoder: averagedEncoder,
    decoder: averagedDecoder,
    dispose: () => owners.forEach((owner) => owner.dispose()),
  };
}

function makeQuantizer(codebook: boolean, random: RandomStream): Quantizer {
  return codebook ? createCodebook({ ...CODEBOOK, random }) : finiteScalarQuantizer({ levels: LEVELS });
}

/** From pictures to a vector for each place, `[batch, 7, 7, size]`. */
export function encoderNetwork(size: number, random: RandomStream, [wide, deep]: Channels = CHANNELS): Network {
  return sequential([
    conv2d({ inputs: 1, filters: wide, kernelSize: 4, strides: 2, activation: swish, random: random.fork('a') }),
    conv2d({ inputs: wide, filters: deep, kernelSize: 4, strides: 2, random: random.fork('b') }),
    residualBlock({ inputs: deep, filters: deep, random: random.fork('c') }),
    groupNorm({ inputs: deep, activation: swish }),
    conv2d({ inputs: deep, filters: size, kernelSize: 1, random: random.fork('d') }),
  ]);
}

/** From the codes of all places, one after the other, to some numbers for each pixel. */
export function decoderNetwork(
  { size, outputs }: { readonly size: number; readonly outputs: number },
  random: RandomStream,
  [wide, deep]: Channels = CHANNELS,
): Network {
  const up = { kernelSize: 4, strides: 2 } as const;
  return sequential([
    reshape({ shape: [PLACES, PLACES, size] }),
    conv2d({ inputs: size, filters: deep, kernelSize: 3, random: random.fork('a') }),
    residualBlock({ inputs: deep, filters: deep, random: random.fork('b') }),
    residualBlock({ inputs: deep, filters: deep, random: random.fork('c') }),
    groupNorm({ inputs: deep, activation: swish }),
    conv2dTranspose({ ...up, inputs: deep, filters: wide, random: random.fork('d') }),
    residualBlock({ inputs: wide, filters: wide, random: random.fork('e') }),
    groupNorm({ inputs: wide, activation: swish }),
    conv2dTranspose({ ...up, inputs: wide, filters: outputs, random: random.fork('f') }),
  ]);
}

/** A class-conditional model of codes, its running average and its trainer. */
export interface CodePriorModel {
  readonly trainer: Trainer<'loss' | 'bits'>;
  /** The running average, used for sampling. */
  readonly averaged: TokenModel;
  dispose(): void;
}

/** A model of the codes of pictures, conditioned on the class: autoregressive or masked. */
export function createPrior({
  steps,
  random,
  codes,
  masked,
}: ModelOptions & { readonly codes: number; readonly masked: boolean }): CodePriorModel {
  const size = { tokens: codes, length: PLACES ** 2 };
  const make = (): TokenModel => {
    const network = transformer({
      ...size,
      causal: !masked,
      width: 96,
      layers: 3,
      classes: CLASSES,
      random: random.fork('transformer'),
    });
    return masked ? createMaskedModel(network, size) : createTokenModel(network, size);
  };
  const [model, averaged] = [make(), make()];
  const trainer = createTokenTrainer({
    model,
    optimizer: createAdam({ learningRate: warmCosine({ highest: 2e-3, warmUp: 50, steps }) }),
    random,
    dropCondition: 0.1,
    average: { into: averaged, decay: 0.995 },
    clipNorm: 1,
  });
  return { trainer, averaged, dispose: () => [trainer, model, averaged].forEach((owner) => owner.dispose()) };
}
