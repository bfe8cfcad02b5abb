import * as tf from '@tensorflow/tfjs';
import {
  batches,
  countParameters,
  createAdam,
  createDecoder,
  createVaeTrainer,
  discretizedLogistic,
  estimateLogLikelihood,
} from 'tfjs-generative';
import {
  createCodePrior,
  createQuantizedEncoder,
  createTokenModel,
  finiteScalarQuantizer,
  sampleCodes,
  transformer,
} from 'tfjs-generative/tokens';
import { BOUND_IMAGES } from '../../../diffusion-images/measures.js';
import { firstPictures } from '../../../shared/flat-images.js';
import { CLASSES, type LabelledImages } from '../../../shared/image-data.js';
import { labelsInTurn } from '../../../shared/labels.js';
import { warmCosine } from '../../../shared/warm-cosine.js';
import { decoderNetwork, encoderNetwork, PLACES } from '../../../vq-images/model.js';
import type { Family } from '../family.js';

const BATCH_SIZE = 64;
/** 512 codes of 3 numbers. */
const LEVELS = [8, 8, 8];
/** Fewer than in vq-images: all families have about the same number of parameters. */
const CHANNELS = [24, 48] as const;
/** Pictures that are sampled at once. */
const AT_ONCE = 250;
const [WARM_UP, RATE] = [1 / 30, 2e-3];
/** The probability of pixels with 256 levels, so that the nats are those of pixels. */
const likelihood = discretizedLogistic({ levels: 256, start: { mean: 0.5, logScale: -2 } });

/** A VAE whose latents are 7 x 7 codes; their prior, an autoregressive transformer that knows the class, is trained with it. */
export const codes: Family<LabelledImages> = {
  name: 'codes',
  create({ images: { images, labels }, steps, random }) {
    const quantizer = finiteScalarQuantizer({ levels: LEVELS });
    const { size } = quantizer;
    const encoder = createQuantizedEncoder(encoderNetwork(size, random.fork('encoder'), CHANNELS), { quantizer });
    const decoder = createDecoder(
      decoderNetwork({ size, outputs: likelihood.parameterSize }, random.fork('decoder'), CHANNELS),
      {
        likelihood,
      },
    );
    const tokens = { tokens: quantizer.codes, length: PLACES ** 2 };
    const network = transformer({ ...tokens, width: 56, layers: 2, classes: CLASSES, random: random.fork('prior') });
    const prior = createCodePrior(createTokenModel(network, tokens), { quantizer, shape: [PLACES, PLACES, size] });
    const model = { encoder, decoder, prior };
    const learningRate = warmCosine({ highest: RATE, warmUp: Math.ceil(WARM_UP * steps), steps });
    const trainer = createVaeTrainer({ ...model, optimizer: createAdam({ learningRate }), random, clipNorm: 1 });
    return {
      parameters: countParameters(...Object.values(model)),
      trainer,
      source: batches({ x: images, condition: labels }, { batchSize: BATCH_SIZE, random }),
      ways: [
        {
          name: 'VAE of codes',
          async sample(count, stream) {
            const parts: tf.Tensor[] = [];
            for (let start = 0; start < count; start += AT_ONCE) {
              const condition = labelsInTurn(Math.min(AT_ONCE, count - start), start);
              const z = await sampleCodes(prior, condition.shape[0], { random: stream, condition });
              parts.push(tf.tidy(() => tf.clipByValue(decoder.mean(z), 0, 1)));
              tf.dispose([condition, z]);
            }
            const pictures = tf.concat(parts);
            tf.dispose(parts);
            return pictures;
          },
        },
      ],
      async bounds(test) {
        const x = firstPictures(test, BOUND_IMAGES);
        const condition = tf.tensor1d(test.labels.data.subarray(0, x.shape[0]), 'int32');
        // a picture has one code, so more draws give no tighter bound
        const draws = { samples: 1, random: random.fork('bound'), condition };
        const { nats, standardError } = await estimateLogLikelihood(model, x, draws);
        tf.dispose([x, condition]);
        return { elbo: { nats, standardError }, bound: { nats, standardError } };
      },
      dispose: () => [trainer, ...Object.values(model)].forEach((part) => part.dispose()),
    };
  },
};
