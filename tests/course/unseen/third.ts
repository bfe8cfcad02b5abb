import type { Wrong } from './answer.js';

/** 24 more wrong answers, written after both sets had been mended, with the lists known and avoided. Nothing was mended for them. */
export const third: Readonly<Record<string, readonly Wrong[]>> = {
  reparameterize: [
    {
      says: 'The log-variance is clipped to -1 to 1.',
      answer: `(m, l, e) => tf.add(m, tf.mul(e, tf.exp(tf.div(tf.clipByValue(l, -1, 1), 2))))`,
    },
    {
      says: 'The noise is multiplied by the mean, too.',
      answer: `(m, l, e) => tf.mul(m, tf.add(1, tf.mul(e, tf.exp(tf.div(l, 2)))))`,
    },
  ],
  'gaussian-kl': [
    {
      says: 'The 1 is subtracted once for each example, not for each latent.',
      mistakes: ['oneMinusOne'],
      answer: `(m, l) => tf.mul(0.5, tf.sub(tf.sum(tf.sub(tf.add(tf.square(m), tf.exp(l)), l), 1), 1))`,
    },
    {
      says: 'The factor 1/2 is there for the mean alone, and the log-variance has the wrong sign.',
      answer: `(m, l) => tf.sum(tf.sub(tf.add(tf.add(tf.div(tf.square(m), 2), tf.exp(l)), l), 1), 1)`,
    },
  ],
  'bernoulli-log-likelihood': [
    {
      says: 'It uses tanh, moved to 0 to 1, as the sigmoid: the logit counts twice.',
      answer: `(x, l) => tf.sum(tf.logSigmoid(tf.mul(tf.mul(2, l), tf.sub(tf.mul(2, x), 1))), 1)`,
    },
    {
      says: 'It takes the pixels for classes: a softmax over them.',
      mistakes: ['softmax'],
      answer: `(x, l) => tf.sum(tf.mul(x, tf.logSoftmax(l)), 1)`,
    },
  ],
  elbo: [
    {
      says: 'The divergence is the mean of the batch, the same for every example.',
      mistakes: ['divergenceOfBatch'],
      answer: `(x, logits, m, l) => tf.sub(
        tf.sum(tf.sub(tf.mul(x, logits), tf.softplus(logits)), 1),
        tf.mean(tf.sum(tf.mul(0.5, tf.sub(tf.add(tf.square(m), tf.exp(l)), tf.add(1, l))), 1)))`,
    },
    {
      says: 'The divergence is divided by the number of pixels.',
      mistakes: ['divergenceOverPixels'],
      answer: `(x, logits, m, l) => tf.sub(
        tf.sum(tf.sub(tf.mul(x, logits), tf.softplus(logits)), 1),
        tf.div(tf.sum(tf.mul(0.5, tf.sub(tf.add(tf.square(m), tf.exp(l)), tf.add(1, l))), 1), x.shape[1]))`,
    },
  ],
  'vae-update': [
    {
      says: 'The noise is subtracted instead of added.',
      mistakes: ['minusNoise'],
      answer: `(encoder, decoder, x, noise, model) => {
        const [ge, gd] = tf.grads((e, d) => {
          const { mean, logVariance } = model.encode(e, x);
          const z = tf.sub(mean, tf.mul(tf.exp(tf.div(logVariance, 2)), noise));
          return tf.mean(model.elbo(x, model.decode(d, z), mean, logVariance));
        })([encoder, decoder]);
        return { encoder: tf.add(encoder, tf.mul(0.1, ge)), decoder: tf.add(decoder, tf.mul(0.1, gd)) };
      }`,
    },
    {
      says: 'The arguments mean and log-variance of the bound are in the wrong order.',
      answer: `(encoder, decoder, x, noise, model) => {
        const [ge, gd] = tf.grads((e, d) => {
          const { mean, logVariance } = model.encode(e, x);
          const z = tf.add(mean, tf.mul(tf.exp(tf.div(logVariance, 2)), noise));
          return tf.mean(model.elbo(x, model.decode(d, z), logVariance, mean));
        })([encoder, decoder]);
        return { encoder: tf.add(encoder, tf.mul(0.1, ge)), decoder: tf.add(decoder, tf.mul(0.1, gd)) };
      }`,
    },
  ],
  'importance-weighted-bound': [
    {
      says: 'The log-weights are clipped at -80, so those of pictures all count the same.',
      answer: `(w) => tf.log(tf.mean(tf.exp(tf.clipByValue(w, -80, 80)), 0))`,
    },
    {
      says: 'The sum is divided by the size of the batch instead of the number of samples.',
      mistakes: ['batchSize'],
      answer: `(w) => tf.sub(tf.logSumExp(w, 0), Math.log(w.shape[1]))`,
    },
  ],
  'gan-losses': [
    {
      says: 'They are the losses of a Wasserstein GAN: means of the logits.',
      mistakes: ['wasserstein'],
      answer: `(real, fake) => ({
        discriminator: tf.sub(tf.mean(fake), tf.mean(real)),
        minimax: tf.neg(tf.mean(fake)),
        nonSaturating: tf.neg(tf.mean(fake)),
      })`,
    },
    {
      says: 'The logarithm is taken of the mean probability, not the mean of the logarithms.',
      mistakes: ['logOfMean'],
      answer: `(real, fake) => {
        const p = (logits) => tf.mean(tf.sigmoid(logits));
        return {
          discriminator: tf.neg(tf.add(tf.log(p(real)), tf.log(p(tf.neg(fake))))),
          minimax: tf.log(p(tf.neg(fake))),
          nonSaturating: tf.neg(tf.log(p(fake))),
        };
      }`,
    },
  ],
  'gan-update': [
    {
      says: "The generator's loss judges the real data, on which its weights have no influence.",
      answer: `(generator, discriminator, real, noise, model) => {
        const fake = model.generate(generator, noise);
        const gd = tf.grad((d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, fake)))(discriminator);
        const newD = tf.sub(discriminator, tf.mul(0.1, gd));
        const gg = tf.grad(() => model.generatorLoss(model.judge(newD, real)))(generator);
        return { generator: tf.sub(generator, tf.mul(0.1, gg)), discriminator: newD };
      }`,
    },
    {
      says: 'The two new weights are returned under each other’s names.',
      answer: `(generator, discriminator, real, noise, model) => {
        const fake = model.generate(generator, noise);
        const gd = tf.grad((d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, fake)))(discriminator);
        const newD = tf.sub(discriminator, tf.mul(0.1, gd));
        const gg = tf.grad((g) => model.generatorLoss(model.judge(newD, model.generate(g, noise))))(generator);
        return { generator: newD, discriminator: tf.sub(generator, tf.mul(0.1, gg)) };
      }`,
    },
  ],
  'gradient-penalty': [
    {
      says: 'The norm is over the batch, one for each feature: the wrong axis.',
      mistakes: ['normOverExamples'],
      answer: `(critic, real, fake, mix) => {
        const x = tf.add(tf.mul(mix, real), tf.mul(tf.sub(1, mix), fake));
        const g = tf.grad((x) => tf.sum(critic(x)))(x);
        return tf.mean(tf.square(tf.sub(tf.norm(g, 2, 0), 1)));
      }`,
    },
    {
      says: 'It is the gradient of the mean score, so that every slope is divided by the number of examples.',
      mistakes: ['ofMean'],
      answer: `(critic, real, fake, mix) => {
        const x = tf.add(tf.mul(mix, real), tf.mul(tf.sub(1, mix), fake));
        const g = tf.grad((x) => tf.mean(critic(x)))(x);
        return tf.mean(tf.square(tf.sub(tf.norm(g, 2, 1), 1)));
      }`,
    },
  ],
  'add-noise': [
    {
      says: 'The table is read from its end.',
      mistakes: ['reversedTable'],
      answer: `(x, noise, timesteps, alphaBars) => {
        const a = tf.expandDims(tf.gather(tf.reverse(alphaBars), timesteps), 1);
        return tf.add(tf.mul(tf.sqrt(a), x), tf.mul(tf.sqrt(tf.sub(1, a)), noise));
      }`,
    },
    {
      says: 'It reads the timesteps as whole numbers of a tensor, and returns int32.',
      answer: `(x, noise, timesteps, alphaBars) => {
        const a = tf.expandDims(tf.gather(alphaBars, timesteps), 1);
        return tf.cast(tf.add(tf.mul(tf.sqrt(a), x), tf.mul(tf.sqrt(tf.sub(1, a)), noise)), 'int32');
      }`,
    },
  ],
  'denoiser-losses': [
    {
      says: 'It squares the mean of the errors instead of taking the mean of their squares.',
      answer: `(denoise, x, noise, alphaBar) => {
        const a = tf.sqrt(alphaBar), s = tf.sqrt(tf.sub(1, alphaBar));
        const xt = tf.add(tf.mul(a, x), tf.mul(s, noise)), v = denoise(xt);
        const loss = (p, q) => tf.square(tf.mean(tf.sub(p, q)));
        return {
          velocity: loss(v, tf.sub(tf.mul(a, noise), tf.mul(s, x))),
          sample: loss(tf.sub(tf.mul(a, xt), tf.mul(s, v)), x),
          noise: loss(tf.add(tf.mul(s, xt), tf.mul(a, v)), noise),
        };
      }`,
    },
    {
      says: 'All losses have a factor 1/2 too many.',
      mistakes: ['halved'],
      answer: `(denoise, x, noise, alphaBar) => {
        const a = tf.sqrt(alphaBar), s = tf.sqrt(tf.sub(1, alphaBar));
        const xt = tf.add(tf.mul(a, x), tf.mul(s, noise)), v = denoise(xt);
        const loss = (p, q) => tf.mul(0.5, tf.mean(tf.square(tf.sub(p, q))));
        return {
          velocity: loss(v, tf.sub(tf.mul(a, noise), tf.mul(s, x))),
          sample: loss(tf.sub(tf.mul(a, xt), tf.mul(s, v)), x),
          noise: loss(tf.add(tf.mul(s, xt), tf.mul(a, v)), noise),
        };
      }`,
    },
  ],
  'ddim-sample': [
    {
      says: 'It takes the mean of a DDPM step, which is another step.',
      mistakes: ['ancestral'],
      answer: `(predictNoise, xT, alphaBars) => {
        const bars = alphaBars.arraySync();
        return bars.reduceRight((x, bar, t) => {
          const alpha = bar / (bars[t - 1] ?? 1);
          return tf.div(tf.sub(x, tf.mul((1 - alpha) / Math.sqrt(1 - bar), predictNoise(x, t))), Math.sqrt(alpha));
        }, xT);
      }`,
    },
    {
      says: 'The function that predicts noise is called with its arguments in the wrong order.',
      answer: `(predictNoise, xT, alphaBars) => {
        const bars = alphaBars.arraySync();
        return bars.reduceRight((x, bar, t) => {
          const next = bars[t - 1] ?? 1, eps = predictNoise(t, x);
          const x0 = tf.div(tf.sub(x, tf.mul(Math.sqrt(1 - bar), eps)), Math.sqrt(bar));
          return tf.add(tf.mul(Math.sqrt(next), x0), tf.mul(Math.sqrt(1 - next), eps));
        }, xT);
      }`,
    },
  ],
};
