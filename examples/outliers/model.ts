import {
  batches,
  convDecoder,
  convEncoder,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createMixturePrior,
  createVaeTrainer,
  discretizedLogistic,
  type Batch,
  type BatchSource,
  type Decoder,
  type GaussianEncoder,
  type LatentPrior,
  type RandomStream,
  type Trainer,
  type VaeMetric,
} from 'tfjs-generative';
import type { LabelledImages } from '../shared/image-data.js';
import { warmCosine } from '../shared/warm-cosine.js';

const LATENT_SIZE = 16;
const COMPONENTS = 100;
const WIDTHS = [32, 64];
const BATCH_SIZE = 64;
const [LEARNING_RATE, WARM_UP] = [3e-3, 1 / 30];

/** A VAE of grey pictures that does not know their class. */
export interface Model {
  readonly encoder: GaussianEncoder;
  readonly decoder: Decoder;
  readonly prior: LatentPrior;
  readonly trainer: Trainer<VaeMetric>;
  dispose(): void;
}

/** The model, with the probability of pixels of 256 levels and a mixture as its prior. */
export function createModel(steps: number, random: RandomStream): Model {
  const likelihood = discretizedLogistic({ levels: 256, start: { mean: 0.5, logScale: -2 } });
  const encode = convEncoder({
    shape: [28, 28, 1],
    widths: WIDTHS,
    outputs: 2 * LATENT_SIZE,
    random: random.fork('encoder'),
  });
  const decode = convDecoder({
    inputs: LATENT_SIZE,
    shape: [28, 28, likelihood.parameterSize],
    widths: [...WIDTHS].reverse(),
    random: random.fork('decoder'),
  });
  const encoder = createGaussianEncoder(encode, { latentSize: LATENT_SIZE });
  const decoder = createDecoder(decode, { likelihood });
  const prior = createMixturePrior({ components: COMPONENTS, latentSize: LATENT_SIZE, random: random.fork('prior') });
  const learningRate = warmCosine({ highest: LEARNING_RATE, warmUp: Math.ceil(WARM_UP * steps), steps });
  const optimizer = createAdam({ learningRate, beta2: 0.99 });
  const trainer = createVaeTrainer({ encoder, decoder, prior, optimizer, random });
  const owners = [trainer, prior, encoder, decoder];
  return { encoder, decoder, prior, trainer, dispose: () => owners.forEach((owner) => owner.dispose()) };
}

/** Batches of grey pictures. */
export function createSource({ images }: LabelledImages, random: RandomStream): BatchSource<Batch> {
  return batches(images, { batchSize: BATCH_SIZE, random });
}
