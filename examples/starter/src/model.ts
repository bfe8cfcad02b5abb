// The model: change it here. `kinds` says what a file of it contains.
import {
  convDecoder,
  convEncoder,
  createDecoder,
  createGaussianEncoder,
  discretizedLogistic,
  type RandomStream,
} from 'tfjs-generative';

/** Height and width of a picture: divisible by 2 once for each width below. */
export const SIZE = [32, 32] as const;

const LATENT_SIZE = 16;

/** The parts of the model, as `loadModel` names them. */
export const kinds = { encoder: 'encoder', decoder: 'decoder' } as const;

/** A convolutional variational autoencoder of colour pictures. */
export function createModel(random: RandomStream) {
  const likelihood = discretizedLogistic({ levels: 256, start: { mean: 0.5, logScale: -2 } });
  const encode = convEncoder({
    shape: [...SIZE, 3],
    widths: [16, 32, 64],
    outputs: 2 * LATENT_SIZE,
    random: random.fork('encoder'),
  });
  const decode = convDecoder({
    inputs: LATENT_SIZE,
    shape: [...SIZE, 3 * likelihood.parameterSize],
    widths: [64, 32, 16],
    random: random.fork('decoder'),
  });
  return {
    encoder: createGaussianEncoder(encode, { latentSize: LATENT_SIZE }),
    decoder: createDecoder(decode, { likelihood }),
  };
}
