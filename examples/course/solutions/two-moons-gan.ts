import * as tf from '@tensorflow/tfjs-core';
import { cosineDecay, createAdam, createRandom, mlp } from 'tfjs-generative';
import { ganLosses } from './gan-losses.js';
import { gradientPenalty } from './gradient-penalty.js';

const [STEPS, BATCH, LATENTS] = [1500, 256, 2];

export function twoMoonsGan(data: tf.Tensor2D): (noise: tf.Tensor2D) => tf.Tensor {
  const random = createRandom(1);
  const generator = mlp({ sizes: [LATENTS, 64, 64, 2], random: random.fork('generator') });
  const discriminator = mlp({ sizes: [2, 64, 64, 1], random: random.fork('discriminator') });
  const adam = (from: number) =>
    createAdam({ learningRate: cosineDecay({ from, to: 1e-4, steps: STEPS }), beta1: 0.5 });
  // a discriminator that is ahead keeps the generator from leaving a moon out
  const players = { generator: adam(1e-3), discriminator: adam(4e-3) };
  const move = (player: 'generator' | 'discriminator', loss: () => tf.Scalar): void => {
    const variables = [...(player === 'generator' ? generator : discriminator).variables];
    const { grads } = tf.variableGrads(loss, variables);
    players[player].apply(
      variables.map(({ name }) => grads[name]!),
      variables,
    );
  };
  const judge = (x: tf.Tensor): tf.Tensor => discriminator.apply(x);
  for (let step = 0; step < STEPS; step++) {
    tf.tidy(() => {
      const real = tf.gather(data, random.integers([BATCH], 0, data.shape[0]));
      const fake = generator.apply(random.normal([BATCH, LATENTS]));
      const mix = random.uniform([BATCH, 1]);
      move('discriminator', () => {
        const { discriminator: loss } = ganLosses(judge(real), judge(fake));
        return tf.add(loss, tf.mul(0.3, gradientPenalty(judge, real, fake, mix)));
      });
    });
    tf.tidy(() => {
      const noise = random.normal([BATCH, LATENTS]);
      move('generator', () => {
        const logits = judge(generator.apply(noise));
        return ganLosses(logits, logits).nonSaturating as tf.Scalar;
      });
    });
  }
  return (noise) => generator.apply(tf.slice(noise, [0, 0], [-1, LATENTS]));
}
