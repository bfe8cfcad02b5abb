import type * as Core from '@tensorflow/tfjs-core';
import type * as Library from '../../src/index.js';
import type { Step } from './families.js';

type Parts = Pick<
  typeof Library,
  | 'cosineSchedule'
  | 'createAdam'
  | 'createDenoiser'
  | 'createDiffusionTrainer'
  | 'createRandom'
  | 'denoisingMlp'
  | 'predictVelocity'
>;

/** A denoising MLP in two dimensions, through its trainer; with the library of this clone or of another one, which may lack this file. */
export function denoisingMlpOf(tf: Pick<typeof Core, 'dispose' | 'slice'>, library: Parts): Step {
  const random = library.createRandom(1);
  const network = library.denoisingMlp({ size: 2, random: random.fork('network') });
  const schedule = library.cosineSchedule({ steps: 200 });
  const denoiser = library.createDenoiser(network, { schedule, predicts: library.predictVelocity });
  const optimizer = library.createAdam({ learningRate: 1e-3 });
  const trainer = library.createDiffusionTrainer({ denoiser, random, optimizer });
  // on the GPU, like a part of the data; tfjs computes with fewer than 1,000 numbers of the host on the processor
  const x = tf.slice(random.normal([512, 2]), [0, 0], [256, 2]);
  return () => {
    const { loss, ...others } = trainer.step(x);
    tf.dispose(others);
    return loss;
  };
}
