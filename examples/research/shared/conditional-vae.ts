import {
  convDecoder,
  convEncoder,
  createDecoder,
  createGaussianEncoder,
  embedding,
  withCondition,
  type Decoder,
  type GaussianEncoder,
  type Likelihood,
  type RandomStream,
} from 'tfjs-generative';

/** Numbers in the vector for a class. */
const LABEL_SIZE = 4;

/** What {@link conditionalVae} takes. */
export interface ConditionalVaeOptions {
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly classes: number;
  readonly latentSize: number;
  /** Channels after each convolution of the encoder, which halves height and width; the decoder has them in reverse. */
  readonly widths: readonly number[];
  readonly likelihood: Likelihood;
  readonly random: RandomStream;
}

/** A convolutional encoder and decoder, both conditioned on the class. */
export function conditionalVae(options: ConditionalVaeOptions): {
  readonly encoder: GaussianEncoder;
  readonly decoder: Decoder;
} {
  const { shape, classes, latentSize, widths, likelihood, random } = options;
  const [height, width, channels] = shape;
  const labels = (name: string) => embedding({ classes, size: LABEL_SIZE, random: random.fork(`${name} labels`) });
  const encode = convEncoder({
    shape: [height, width, channels + LABEL_SIZE],
    widths,
    outputs: 2 * latentSize,
    random: random.fork('encoder'),
  });
  const decode = convDecoder({
    inputs: latentSize + LABEL_SIZE,
    shape: [height, width, channels * likelihood.parameterSize],
    widths: [...widths].reverse(),
    random: random.fork('decoder'),
  });
  return {
    encoder: createGaussianEncoder(withCondition(encode, labels('encoder')), { latentSize }),
    decoder: createDecoder(withCondition(decode, labels('decoder')), { likelihood }),
  };
}
