import {
  createDecoder,
  createGaussianEncoder,
  createVaeTrainer,
  elboObjective,
  gaussian,
  type Network,
} from 'tfjs-generative';
import type { Lesson } from '../learner.js';
import { liveAdam, liveRecord } from '../live.js';

/** The networks of a VAE. */
interface Networks {
  /** From data to `2 * latent` numbers. */
  readonly encode: Network;
  /** From latents to data. */
  readonly decode: Network;
}

/** A VAE of points or pictures, and its trainer. */
export function makeVae({ experiment, live, random }: Lesson, { encode, decode }: Networks) {
  const encoder = createGaussianEncoder(encode, { latentSize: experiment.latent });
  const decoder = createDecoder(decode, { likelihood: gaussian({ variance: experiment.noise ** 2 }) });
  const trainer = createVaeTrainer({
    encoder,
    decoder,
    objective: liveRecord(() => elboObjective({ beta: live().beta })),
    optimizer: liveAdam(() => live().rate),
    random,
  });
  const model = { encoder, decoder };
  return {
    ...model,
    model,
    trainer,
    views: random.fork('views'),
    dispose: () => [trainer, encoder, decoder].forEach((one) => one.dispose()),
  };
}
