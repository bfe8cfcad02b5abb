// A course author's exercise: "write the ELBO of a Bernoulli VAE yourself", with the grader that checks an answer.
import * as tf from '@tensorflow/tfjs';
import { start } from './backend.js';
import { bernoulli, createRandom, elbo, gaussianKl, importanceWeightedBound, reparameterize, type DiagonalGaussian } from 'tfjs-generative';
import { checkClose, checkGradients } from 'tfjs-generative/testing';

await start();

/** What a student hands in: nats per example, [batch]. */
type Answer = (x: tf.Tensor, logits: tf.Tensor, posterior: DiagonalGaussian) => tf.Tensor;

const right: Answer = (x, logits, { mean, logVariance }) => {
  const logLikelihood = tf.neg(tf.sum(tf.losses.sigmoidCrossEntropy(x, logits, undefined, 0, tf.Reduction.NONE), 1));
  const kl = tf.mul(0.5, tf.sum(tf.sub(tf.add(tf.exp(logVariance), tf.square(mean)), tf.add(logVariance, 1)), 1));
  return tf.sub(logLikelihood, kl);
};
const meanOverPixels: Answer = (x, logits, posterior) =>
  tf.sub(tf.neg(tf.mean(tf.losses.sigmoidCrossEntropy(x, logits, undefined, 0, tf.Reduction.NONE), 1)), gaussianKl(posterior));
const varianceForItsLog: Answer = (x, logits, { mean, logVariance }) => right(x, logits, { mean, logVariance: tf.exp(logVariance) });

/** Throws with what is wrong. */
async function grade(answer: Answer): Promise<void> {
  const random = createRandom(12);
  const posterior = { mean: random.normal([6, 3]), logVariance: random.uniform([6, 3], -2, 1) };
  const weights = random.normal([3, 9]);
  const logits = tf.tidy(() => tf.matMul(reparameterize(posterior, random), weights as tf.Tensor2D));
  const x = tf.cast(tf.less(random.uniform([6, 9]), 0.5), 'float32');
  const bound = elbo({ x, parameters: logits, likelihood: bernoulli, posterior });
  await checkClose(answer(x, logits, posterior), bound.elbo, { relative: 1e-4 });
  await checkGradients((l) => answer(x, l!, posterior), [logits]);
}

await grade(right);
for (const wrong of [meanOverPixels, varianceForItsLog]) {
  const verdict = await grade(wrong).then(() => 'passed', (error: Error) => error.message);
  console.log(`${wrong.name}: ${verdict}`);
  if (verdict === 'passed') throw new Error(`the grader let ${wrong.name} pass`);
}

// The second part of the exercise: more samples tighten the bound. log p(x) is known here, as x does not depend on z.
const random = createRandom(13);
const x = tf.ones([1, 4]);
const posterior = { mean: tf.fill([1, 2], 0.5), logVariance: tf.zeros([1, 2]) };
const logWeights = (samples: number) => tf.tidy(() => {
  const z = reparameterize(posterior, random.normal([samples, 1, 2]));
  const logPrior = tf.mul(-0.5, tf.sum(tf.square(z), -1));
  const logPosterior = tf.mul(-0.5, tf.sum(tf.square(tf.sub(z, 0.5)), -1));
  return tf.add(bernoulli.logProb(x, tf.zeros([1, 4])), tf.sub(logPrior, logPosterior)); // [samples, 1]
});
const exact = 4 * Math.log(0.5);
const single = (await elbo({ x, parameters: tf.zeros([1, 4]), likelihood: bernoulli, posterior }).elbo.data())[0]!;
const many = (await importanceWeightedBound(logWeights(5000)).data())[0]!;
console.log(`ELBO ${single} <= bound of 5000 samples ${many} ~ log p(x) ${exact}`);
if (!(single < exact - 0.2 && Math.abs(many - exact) < 0.05)) throw new Error('the bounds are in the wrong order');
