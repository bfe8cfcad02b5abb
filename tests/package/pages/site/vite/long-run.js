import { batches, bernoulli, createAdam, createDecoder, createGaussianEncoder, createRandom } from 'tfjs-generative';
import { createVaeTrainer, fit, loadCheckpoint, mlp } from 'tfjs-generative';
import { browserStore } from 'tfjs-generative/browser';
import { keepCheckpoints } from 'tfjs-generative/run';

/** Goes on from what a database keeps, for so many epochs; gives the weights, and what is kept then. */
export async function longRun({ name, epochs }) {
  const random = createRandom(3);
  const encoder = createGaussianEncoder(mlp({ sizes: [6, 8, 4], random: random.fork('encoder') }), { latentSize: 2 });
  const decoder = createDecoder(mlp({ sizes: [2, 8, 6], random: random.fork('decoder') }), { likelihood: bernoulli });
  const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 0.05 }), random });
  const source = batches(createRandom(4).uniform([12, 6]), { batchSize: 4, random });
  const keep = keepCheckpoints({ store: browserStore({ name }), last: 2, best: { metric: 'elbo', goal: 'max' } });
  const observers = [keep];
  const saved = await keep.load('latest');
  if (saved !== undefined) await loadCheckpoint(trainer, saved, { data: source, observers });
  await fit(trainer, source, { epochs, observers });
  return { weights: Array.from(await decoder.variables[0].data()), kept: await keep.list() };
}
