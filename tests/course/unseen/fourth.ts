import type { Unseen } from './answer.js';

/** 60 wrong answers and 24 right ones to all exercises, by the name of the exercise's folder. */
export const fourth: Readonly<Record<string, Unseen>> = {
  reparameterize: {
    right: [
      `(mean, logVariance, noise) => tf.add(mean, tf.mul(noise, tf.pow(Math.E, tf.div(logVariance, 2))))`,
      `(mean, logVariance, noise) => tf.addN([mean, noise.mul(logVariance.exp().sqrt())])`,
    ],
    wrong: [
      {
        says: 'scales the noise by the variance',
        mistakes: ['byVariance'],
        answer: `(mean, logVariance, noise) => mean.add(noise.mul(logVariance.exp()))`,
      },
      {
        says: 'scales the noise by the log-variance',
        mistakes: ['byLogVariance'],
        answer: `(mean, logVariance, noise) => mean.add(logVariance.mul(noise))`,
      },
      {
        says: 'scales the noise by half of the log-variance, without an exponential',
        mistakes: ['halfLogVariance'],
        answer: `(mean, logVariance, noise) => mean.add(logVariance.mul(0.5).mul(noise))`,
      },
      {
        says: 'draws noise of its own',
        measured: 'different numbers at each call',
        answer: `(mean, logVariance, noise) => { const eps = tf.randomNormal(mean.shape); return mean.add(eps.mul(tf.exp(logVariance.div(2)))); }`,
      },
      {
        says: 'takes exp(2 l) as the standard deviation',
        mistakes: ['logDeviation'],
        answer: `(mean, logVariance, noise) => mean.add(noise.mul(logVariance.mul(2).exp()))`,
      },
    ],
  },
  'gaussian-kl': {
    right: [
      `(mean, logVariance) => tf.expm1(logVariance).sub(logVariance).add(tf.square(mean)).sum(1).div(2)`,
      `(mean, logVariance) => { const cross = mean.square().add(logVariance.exp()).add(Math.log(2 * Math.PI)).mul(0.5); const entropy = logVariance.add(Math.log(2 * Math.PI * Math.E)).mul(0.5); return cross.sub(entropy).sum(-1); }`,
    ],
    wrong: [
      {
        says: 'takes l as the logarithm of the standard deviation',
        mistakes: ['logDeviation'],
        answer: `(mean, logVariance) => { const v = logVariance.exp().square(); return mean.square().add(v).sub(tf.log(v)).sub(1).sum(1).mul(0.5); }`,
      },
      {
        says: 'does not square the mean',
        mistakes: ['meanNotSquared'],
        answer: `(mean, logVariance) => mean.add(logVariance.exp()).sub(logVariance).sub(1).sum(1).mul(0.5)`,
      },
      {
        says: 'is in bits',
        measured: 'in bits, and must be in nats',
        answer: `(mean, logVariance) => mean.square().add(logVariance.exp()).sub(logVariance).sub(1).sum(1).mul(0.5).div(Math.log(2))`,
      },
      {
        says: 'subtracts the 1 once for each example instead of once for each latent',
        mistakes: ['oneMinusOne'],
        answer: `(mean, logVariance) => mean.square().add(logVariance.exp()).sub(logVariance).sum(1).sub(1).mul(0.5)`,
      },
      {
        says: 'has the wrong sign in front of the log-variance',
        mistakes: ['plusLogVariance'],
        answer: `(mean, logVariance) => mean.square().add(logVariance.exp()).add(logVariance).sub(1).sum(1).mul(0.5)`,
      },
    ],
  },
  'bernoulli-log-likelihood': {
    right: [
      `(x, logits) => tf.logSigmoid(logits.mul(x.mul(2).sub(1))).sum(1)`,
      `(x, logits) => tf.maximum(logits, 0).sub(logits.mul(x)).add(tf.log1p(tf.exp(tf.neg(tf.abs(logits))))).sum(1).neg()`,
    ],
    wrong: [
      {
        says: 'has no term for the pixels that are 0',
        mistakes: ['onlyOnes'],
        answer: `(x, logits) => x.mul(tf.logSigmoid(logits)).sum(1)`,
      },
      {
        says: 'clips the logits',
        measured: 'stays the same where `logits` is large',
        answer: `(x, logits) => { const l = logits.clipByValue(-15, 15); return x.mul(l).sub(l.exp().add(1).log()).sum(1); }`,
      },
      {
        says: 'uses logits as probabilities',
        mistakes: ['probabilitiesGiven'],
        answer: `(x, logits) => x.mul(logits.log()).add(tf.sub(1, x).mul(tf.sub(1, logits).log())).sum(1)`,
      },
      {
        says: 'treats pixels that are 0 as if they were -1 in a formula for 1 and -1',
        mistakes: ['zerosAsHalf'],
        answer: `(x, logits) => tf.logSigmoid(x.mul(logits)).sum(1)`,
      },
      {
        says: 'adds up probabilities without a logarithm',
        mistakes: ['noLogarithm'],
        answer: `(x, logits) => { const p = logits.sigmoid(); return x.mul(p).add(tf.sub(1, x).mul(tf.sub(1, p))).sum(1); }`,
      },
    ],
  },
  elbo: {
    right: [
      `(x, logits, mean, logVariance) => tf.sub(tf.sum(tf.logSigmoid(tf.mul(logits, tf.sub(tf.mul(2, x), 1))), 1), tf.mul(0.5, tf.sum(tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(logVariance, 1)), 1)))`,
      `(x, logits, mean, logVariance) => { const r = x.mul(logits).sub(logits.softplus()); const k = logVariance.add(1).sub(mean.square()).sub(logVariance.exp()).div(2); return tf.concat([r, k], 1).sum(1); }`,
    ],
    wrong: [
      {
        says: 'averages the log-likelihood over pixels',
        mistakes: ['meanOverPixels'],
        answer: `(x, logits, mean, logVariance) => { const rec = x.mul(logits).sub(logits.softplus()).mean(1); const kl = mean.square().add(logVariance.exp()).sub(logVariance).sub(1).sum(1).mul(0.5); return rec.sub(kl); }`,
      },
      {
        says: 'lacks the factor 1/2 of the divergence',
        mistakes: ['noHalf'],
        answer: `(x, logits, mean, logVariance) => { const rec = x.mul(logits).sub(logits.softplus()).sum(1); const kl = mean.square().add(logVariance.exp()).sub(logVariance).sub(1).sum(1); return rec.sub(kl); }`,
      },
      {
        says: 'has no log-likelihood',
        mistakes: ['noLikelihood'],
        answer: `(x, logits, mean, logVariance) => mean.square().add(logVariance.exp()).sub(logVariance).sub(1).sum(1).mul(-0.5)`,
      },
      {
        says: 'clips the probabilities',
        measured: 'stays the same where `logits` is large',
        answer: `(x, logits, mean, logVariance) => { const p = tf.sigmoid(logits).clipByValue(1e-6, 1 - 1e-6); const rec = tf.sum(x.mul(p.log()).add(tf.sub(1, x).mul(tf.log(tf.sub(1, p)))), 1); const kl = mean.square().add(logVariance.exp()).sub(logVariance).sub(1).sum(1).mul(0.5); return rec.sub(kl); }`,
      },
      {
        says: 'averages the log-likelihood over the batch',
        mistakes: ['likelihoodOfBatch'],
        answer: `(x, logits, mean, logVariance) => { const rec = x.mul(logits).sub(logits.softplus()).sum(1).mean(); const kl = mean.square().add(logVariance.exp()).sub(logVariance).sub(1).sum(1).mul(0.5); return tf.sub(rec, kl); }`,
      },
    ],
  },
  'vae-update': {
    right: [
      `(encoder, decoder, x, noise, model) => { const f = (e, d) => { const { mean, logVariance } = model.encode(e, x); const z = mean.add(noise.mul(logVariance.exp().sqrt())); return model.elbo(x, model.decode(d, z), mean, logVariance).mean(); }; const ge = tf.grad((e) => f(e, decoder))(encoder); const gd = tf.grad((d) => f(encoder, d))(decoder); return { encoder: encoder.add(ge.mul(0.1)), decoder: decoder.add(gd.mul(0.1)) }; }`,
    ],
    wrong: [
      {
        says: 'adds up the bounds of the batch',
        mistakes: ['sumOverBatch'],
        answer: `(encoder, decoder, x, noise, model) => { const f = (e, d) => { const { mean, logVariance } = model.encode(e, x); const z = mean.add(noise.mul(logVariance.mul(0.5).exp())); return model.elbo(x, model.decode(d, z), mean, logVariance).sum(); }; const [ge, gd] = tf.grads(f)([encoder, decoder]); return { encoder: encoder.add(ge.mul(0.1)), decoder: decoder.add(gd.mul(0.1)) }; }`,
      },
      {
        says: 'scales the noise by the variance',
        mistakes: ['byVariance'],
        answer: `(encoder, decoder, x, noise, model) => { const f = (e, d) => { const { mean, logVariance } = model.encode(e, x); const z = mean.add(noise.mul(logVariance.exp())); return model.elbo(x, model.decode(d, z), mean, logVariance).mean(); }; const [ge, gd] = tf.grads(f)([encoder, decoder]); return { encoder: encoder.add(ge.mul(0.1)), decoder: decoder.add(gd.mul(0.1)) }; }`,
      },
      {
        says: 'uses a learning rate of 0.01',
        mistakes: ['smallRate'],
        answer: `(encoder, decoder, x, noise, model) => { const f = (e, d) => { const { mean, logVariance } = model.encode(e, x); const z = mean.add(noise.mul(logVariance.mul(0.5).exp())); return model.elbo(x, model.decode(d, z), mean, logVariance).mean(); }; const [ge, gd] = tf.grads(f)([encoder, decoder]); return { encoder: encoder.add(ge.mul(0.01)), decoder: decoder.add(gd.mul(0.01)) }; }`,
      },
      {
        says: 'has no learning rate',
        mistakes: ['noRate'],
        answer: `(encoder, decoder, x, noise, model) => { const f = (e, d) => { const { mean, logVariance } = model.encode(e, x); const z = mean.add(noise.mul(logVariance.mul(0.5).exp())); return model.elbo(x, model.decode(d, z), mean, logVariance).mean(); }; const [ge, gd] = tf.grads(f)([encoder, decoder]); return { encoder: encoder.add(ge), decoder: decoder.add(gd) }; }`,
      },
      {
        says: 'moves the decoder down and the encoder up',
        mistakes: ['decoderDescends'],
        answer: `(encoder, decoder, x, noise, model) => { const f = (e, d) => { const { mean, logVariance } = model.encode(e, x); const z = mean.add(noise.mul(logVariance.mul(0.5).exp())); return model.elbo(x, model.decode(d, z), mean, logVariance).mean(); }; const [ge, gd] = tf.grads(f)([encoder, decoder]); return { encoder: encoder.add(ge.mul(0.1)), decoder: decoder.sub(gd.mul(0.1)) }; }`,
      },
    ],
  },
  'importance-weighted-bound': {
    right: [
      `(logWeights) => { const m = logWeights.max(0); return logWeights.sub(m).exp().mean(0).log().add(m); }`,
      `(logWeights) => tf.logSumExp(logWeights.transpose().sub(Math.log(logWeights.shape[0])), 1)`,
    ],
    wrong: [
      {
        says: 'computes the weights themselves',
        mistakes: ['weightsThemselves'],
        answer: `(logWeights) => tf.log(tf.mean(tf.exp(logWeights), 0))`,
      },
      {
        says: 'averages over the examples',
        mistakes: ['overBatch'],
        answer: `(logWeights) => tf.logSumExp(logWeights, 1).sub(Math.log(logWeights.shape[1]))`,
      },
      {
        says: 'divides the logarithm by the number of samples',
        mistakes: ['dividedOutside'],
        answer: `(logWeights) => tf.logSumExp(logWeights, 0).div(logWeights.shape[0])`,
      },
      {
        says: 'returns the largest log-weight',
        mistakes: ['largest'],
        answer: `(logWeights) => logWeights.max(0)`,
      },
      {
        says: 'subtracts the mean log-weight, so that others may overflow',
        mistakes: ['meanSubtracted'],
        answer: `(logWeights) => { const m = logWeights.mean(0, true); return logWeights.sub(m).exp().mean(0).log().add(m.squeeze([0])); }`,
      },
    ],
  },
  'gan-losses': {
    right: [
      `(realLogits, fakeLogits) => { const a = tf.logSigmoid(realLogits).mean(); const b = tf.logSigmoid(tf.neg(fakeLogits)).mean(); return { discriminator: tf.neg(tf.add(a, b)), minimax: b, nonSaturating: tf.neg(tf.mean(tf.logSigmoid(fakeLogits))) }; }`,
    ],
    wrong: [
      {
        says: 'returns the discriminator’s loss with the wrong sign',
        mistakes: ['discriminatorSign'],
        answer: `(realLogits, fakeLogits) => { return { discriminator: tf.logSigmoid(realLogits).mean().add(tf.logSigmoid(fakeLogits.neg()).mean()), minimax: tf.logSigmoid(fakeLogits.neg()).mean(), nonSaturating: tf.logSigmoid(fakeLogits).mean().neg() }; }`,
      },
      {
        says: 'exchanges the losses of the generator',
        mistakes: ['exchanged'],
        answer: `(realLogits, fakeLogits) => { return { discriminator: tf.softplus(realLogits.neg()).mean().add(tf.softplus(fakeLogits).mean()), minimax: tf.softplus(fakeLogits.neg()).mean(), nonSaturating: tf.softplus(fakeLogits).mean().neg() }; }`,
      },
      {
        says: 'wants fakes to be taken as real in the discriminator’s loss',
        mistakes: ['fakeSwapped'],
        answer: `(realLogits, fakeLogits) => { return { discriminator: tf.softplus(realLogits.neg()).mean().add(tf.softplus(fakeLogits.neg()).mean()), minimax: tf.softplus(fakeLogits).mean().neg(), nonSaturating: tf.softplus(fakeLogits.neg()).mean() }; }`,
      },
      {
        says: 'adds up examples',
        mistakes: ['sumOverBatch'],
        answer: `(realLogits, fakeLogits) => { return { discriminator: tf.softplus(realLogits.neg()).sum().add(tf.softplus(fakeLogits).sum()), minimax: tf.softplus(fakeLogits).sum().neg(), nonSaturating: tf.softplus(fakeLogits.neg()).sum() }; }`,
      },
      {
        says: 'includes the real data in the minimax loss',
        mistakes: ['withReal'],
        answer: `(realLogits, fakeLogits) => { const d = tf.softplus(realLogits.neg()).mean().add(tf.softplus(fakeLogits).mean()); return { discriminator: d, minimax: d.neg(), nonSaturating: tf.softplus(fakeLogits.neg()).mean() }; }`,
      },
    ],
  },
  'gan-update': {
    right: [
      `(generator, discriminator, real, noise, model) => { const lr = tf.scalar(0.1); const lossD = (d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, model.generate(generator, noise))); const { value, grad } = tf.valueAndGrad(lossD)(discriminator); value.dispose(); const next = discriminator.sub(lr.mul(grad)); const step = tf.grad((g) => model.generatorLoss(model.judge(next, model.generate(g, noise))).mul(lr))(generator); return { generator: generator.sub(step), discriminator: next }; }`,
      `(generator, discriminator, real, noise, model) => { const n = real.shape[0]; const m = noise.shape[0]; const fakes = model.generate(generator, noise); const gd = tf.grad((d) => { const all = model.judge(d, tf.concat([real, fakes])); return model.discriminatorLoss(all.slice([0, 0], [n, 1]), all.slice([n, 0], [m, 1])); })(discriminator); const d2 = discriminator.sub(gd.mul(0.1)); const gg = tf.grad((g) => model.generatorLoss(model.judge(d2, model.generate(g, noise))))(generator); return { generator: generator.sub(gg.mul(0.1)), discriminator: d2 }; }`,
    ],
    wrong: [
      {
        says: 'moves the discriminator in the generator’s step, too',
        mistakes: ['discriminatorFollows'],
        answer: `(generator, discriminator, real, noise, model) => { const fakes = model.generate(generator, noise); const gd = tf.grad((d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, fakes)))(discriminator); const d2 = discriminator.sub(gd.mul(0.1)); const [gg, gd2] = tf.grads((g, d) => model.generatorLoss(model.judge(d, model.generate(g, noise))))([generator, d2]); return { generator: generator.sub(gg.mul(0.1)), discriminator: d2.sub(gd2.mul(0.1)) }; }`,
      },
      {
        says: 'does not move the discriminator',
        mistakes: ['discriminatorStill'],
        answer: `(generator, discriminator, real, noise, model) => { const gg = tf.grad((g) => model.generatorLoss(model.judge(discriminator, model.generate(g, noise))))(generator); return { generator: generator.sub(gg.mul(0.1)), discriminator: discriminator.clone() }; }`,
      },
      {
        says: 'does not move the generator',
        mistakes: ['generatorStill'],
        answer: `(generator, discriminator, real, noise, model) => { const fakes = model.generate(generator, noise); const gd = tf.grad((d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, fakes)))(discriminator); return { generator: generator.clone(), discriminator: discriminator.sub(gd.mul(0.1)) }; }`,
      },
      {
        says: 'moves the generator towards a larger loss',
        mistakes: ['generatorAscends'],
        answer: `(generator, discriminator, real, noise, model) => { const fakes = model.generate(generator, noise); const gd = tf.grad((d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, fakes)))(discriminator); const d2 = discriminator.sub(gd.mul(0.1)); const gg = tf.grad((g) => model.generatorLoss(model.judge(d2, model.generate(g, noise))))(generator); return { generator: generator.add(gg.mul(0.1)), discriminator: d2 }; }`,
      },
      {
        says: 'gives probabilities to losses of logits',
        mistakes: ['takesProbabilities'],
        answer: `(generator, discriminator, real, noise, model) => { const fakes = model.generate(generator, noise); const gd = tf.grad((d) => model.discriminatorLoss(model.judge(d, real).sigmoid(), model.judge(d, fakes).sigmoid()))(discriminator); const d2 = discriminator.sub(gd.mul(0.1)); const gg = tf.grad((g) => model.generatorLoss(model.judge(d2, model.generate(g, noise)).sigmoid()))(generator); return { generator: generator.sub(gg.mul(0.1)), discriminator: d2 }; }`,
      },
    ],
  },
  'gradient-penalty': {
    right: [
      `(critic, real, fake, mix) => { const x = fake.add(mix.mul(real.sub(fake))); const g = tf.grad((y) => critic(y).sum())(x); return tf.mean(tf.squaredDifference(tf.norm(g, 'euclidean', 1), 1)); }`,
      `(critic, real, fake, mix) => { const x = fake.mul(tf.sub(1, mix)).add(real.mul(mix)); const g = tf.grad(critic)(x, tf.onesLike(mix)); return g.square().sum(-1).sqrt().sub(1).pow(2).mean(); }`,
    ],
    wrong: [
      {
        says: 'punishes only norms above 1',
        mistakes: ['oneSided'],
        answer: `(critic, real, fake, mix) => { const x = real.mul(mix).add(fake.mul(tf.sub(1, mix))); const g = tf.grad((y) => critic(y).sum())(x); return g.square().sum(1).sqrt().sub(1).relu().square().mean(); }`,
      },
      {
        says: 'averages the norms before the square',
        mistakes: ['meanFirst'],
        answer: `(critic, real, fake, mix) => { const x = real.mul(mix).add(fake.mul(tf.sub(1, mix))); const g = tf.grad((y) => critic(y).sum())(x); return g.square().sum(1).sqrt().mean().sub(1).square(); }`,
      },
      {
        says: 'compares each partial derivative with 1',
        mistakes: ['perFeature'],
        answer: `(critic, real, fake, mix) => { const x = real.mul(mix).add(fake.mul(tf.sub(1, mix))); const g = tf.grad((y) => critic(y).sum())(x); return g.abs().sub(1).square().mean(); }`,
      },
      {
        says: 'adds 0.01 below the root',
        answer: `(critic, real, fake, mix) => { const x = real.mul(mix).add(fake.mul(tf.sub(1, mix))); const g = tf.grad((y) => critic(y).sum())(x); return g.square().sum(1).add(0.01).sqrt().sub(1).square().mean(); }`,
      },
    ],
  },
  'add-noise': {
    right: [
      `(x, noise, timesteps, alphaBars) => { const a = tf.oneHot(timesteps, alphaBars.size).toFloat().matMul(alphaBars.reshape([-1, 1])); return x.mul(a.sqrt()).add(noise.mul(tf.sub(1, a).sqrt())); }`,
      `(x, noise, timesteps, alphaBars) => { const a = alphaBars.sqrt().gather(timesteps).expandDims(1); const s = tf.sub(1, alphaBars).sqrt().gather(timesteps).expandDims(1); return tf.add(tf.mul(a, x), tf.mul(s, noise)); }`,
    ],
    wrong: [
      {
        says: 'takes no roots',
        mistakes: ['noRoots'],
        answer: `(x, noise, timesteps, alphaBars) => { const a = tf.gather(alphaBars, timesteps).reshape([-1, 1]); return x.mul(a).add(noise.mul(tf.sub(1, a))); }`,
      },
      {
        says: 'uses the first timestep for all examples',
        mistakes: ['oneTimestep'],
        answer: `(x, noise, timesteps, alphaBars) => { const a = tf.gather(alphaBars, timesteps.slice([0], [1])); return x.mul(a.sqrt()).add(noise.mul(tf.sub(1, a).sqrt())); }`,
      },
      {
        says: 'exchanges data and noise',
        mistakes: ['swapped'],
        answer: `(x, noise, timesteps, alphaBars) => { const a = tf.gather(alphaBars, timesteps).reshape([-1, 1]); return noise.mul(a.sqrt()).add(x.mul(tf.sub(1, a).sqrt())); }`,
      },
      {
        says: 'draws noise of its own',
        measured: 'different numbers at each call',
        answer: `(x, noise, timesteps, alphaBars) => { const a = tf.gather(alphaBars, timesteps).reshape([-1, 1]); return x.mul(a.sqrt()).add(tf.randomNormal(x.shape).mul(tf.sub(1, a).sqrt())); }`,
      },
    ],
  },
  'denoiser-losses': {
    right: [
      `(denoise, x, noise, alphaBar) => { const xt = alphaBar.sqrt().mul(x).add(tf.sub(1, alphaBar).sqrt().mul(noise)); const d = denoise(xt).sub(alphaBar.sqrt().mul(noise)).add(tf.sub(1, alphaBar).sqrt().mul(x)).square(); return { velocity: d.mean(), sample: d.mul(tf.sub(1, alphaBar)).mean(), noise: d.mul(alphaBar).mean() }; }`,
      `(denoise, x, noise, alphaBar) => { const a = alphaBar.sqrt(); const s = tf.sub(1, alphaBar).sqrt(); const xt = a.mul(x).add(s.mul(noise)); const v = denoise(xt); const xh = a.mul(xt).sub(s.mul(v)); const eh = xt.sub(a.mul(xh)).div(s); const mse = (p, q) => p.sub(q).square().mean(); return { velocity: mse(v, a.mul(noise).sub(s.mul(x))), sample: mse(xh, x), noise: mse(eh, noise) }; }`,
    ],
    wrong: [
      {
        says: 'takes no roots',
        mistakes: ['noRoots'],
        answer: `(denoise, x, noise, alphaBar) => { const a = alphaBar; const s = tf.sub(1, alphaBar); const xt = a.mul(x).add(s.mul(noise)); const v = denoise(xt); const tv = a.mul(noise).sub(s.mul(x)); const xh = a.mul(xt).sub(s.mul(v)); const eh = s.mul(xt).add(a.mul(v)); const mse = (p, q) => p.sub(q).square().mean(); return { velocity: mse(v, tv), sample: mse(xh, x), noise: mse(eh, noise) }; }`,
      },
      {
        says: 'gives the network data without noise',
        mistakes: ['seesData'],
        answer: `(denoise, x, noise, alphaBar) => { const a = alphaBar.sqrt(); const s = tf.sub(1, alphaBar).sqrt(); const xt = a.mul(x).add(s.mul(noise)); const v = denoise(x); const tv = a.mul(noise).sub(s.mul(x)); const xh = a.mul(xt).sub(s.mul(v)); const eh = s.mul(xt).add(a.mul(v)); const mse = (p, q) => p.sub(q).square().mean(); return { velocity: mse(v, tv), sample: mse(xh, x), noise: mse(eh, noise) }; }`,
      },
      {
        says: 'averages magnitudes, not squares',
        mistakes: ['magnitudes'],
        answer: `(denoise, x, noise, alphaBar) => { const a = alphaBar.sqrt(); const s = tf.sub(1, alphaBar).sqrt(); const xt = a.mul(x).add(s.mul(noise)); const v = denoise(xt); const tv = a.mul(noise).sub(s.mul(x)); const xh = a.mul(xt).sub(s.mul(v)); const eh = s.mul(xt).add(a.mul(v)); const mse = (p, q) => p.sub(q).abs().mean(); return { velocity: mse(v, tv), sample: mse(xh, x), noise: mse(eh, noise) }; }`,
      },
      {
        says: 'exchanges alpha and sigma',
        mistakes: ['exchanged'],
        answer: `(denoise, x, noise, alphaBar) => { const s = alphaBar.sqrt(); const a = tf.sub(1, alphaBar).sqrt(); const xt = a.mul(x).add(s.mul(noise)); const v = denoise(xt); const tv = a.mul(noise).sub(s.mul(x)); const xh = a.mul(xt).sub(s.mul(v)); const eh = s.mul(xt).add(a.mul(v)); const mse = (p, q) => p.sub(q).square().mean(); return { velocity: mse(v, tv), sample: mse(xh, x), noise: mse(eh, noise) }; }`,
      },
    ],
  },
  'ddim-sample': {
    right: [
      `(predictNoise, xT, alphaBars) => { const ab = alphaBars.dataSync(); let xx = xT; for (let t = ab.length - 1; t >= 0; t--) { const p = t ? ab[t - 1] : 1; const e = predictNoise(xx, t); const c = Math.sqrt(p / ab[t]); xx = xx.mul(c).add(e.mul(Math.sqrt(1 - p) - c * Math.sqrt(1 - ab[t]))); } return xx; }`,
      `(predictNoise, xT, alphaBars) => { const ab = [1, ...alphaBars.arraySync()]; const walk = (xx, i) => { if (i === 0) return xx; const e = predictNoise(xx, i - 1); const x0 = tf.div(tf.sub(xx, tf.mul(e, Math.sqrt(1 - ab[i]))), Math.sqrt(ab[i])); return walk(tf.add(tf.mul(x0, Math.sqrt(ab[i - 1])), tf.mul(e, Math.sqrt(1 - ab[i - 1]))), i - 1); }; return walk(xT, alphaBars.size); }`,
    ],
    wrong: [
      {
        says: 'takes no roots',
        mistakes: ['noRoots'],
        answer: `(predictNoise, xT, alphaBars) => { const ab = alphaBars.arraySync(); let xx = xT; for (let t = ab.length - 1; t >= 0; t--) { const e = predictNoise(xx, t); const p = t > 0 ? ab[t - 1] : 1; const x0 = xx.sub(e.mul(1 - ab[t])).div(ab[t]); xx = x0.mul(p).add(e.mul(1 - p)); } return xx; }`,
      },
      {
        says: 'gives the network the timestep of the result, and 0 in the end',
        mistakes: ['timestepAfterOrFirst'],
        answer: `(predictNoise, xT, alphaBars) => { const ab = alphaBars.arraySync(); let xx = xT; for (let t = ab.length - 1; t >= 0; t--) { const e = predictNoise(xx, Math.max(t - 1, 0)); const p = t > 0 ? ab[t - 1] : 1; const x0 = xx.sub(e.mul(Math.sqrt(1 - ab[t]))).div(Math.sqrt(ab[t])); xx = x0.mul(Math.sqrt(p)).add(e.mul(Math.sqrt(1 - p))); } return xx; }`,
      },
      {
        says: 'begins one timestep late',
        mistakes: ['startsLate'],
        answer: `(predictNoise, xT, alphaBars) => { const ab = alphaBars.arraySync(); let xx = xT; for (let t = ab.length - 2; t >= 0; t--) { const e = predictNoise(xx, t); const p = t > 0 ? ab[t - 1] : 1; const x0 = xx.sub(e.mul(Math.sqrt(1 - ab[t]))).div(Math.sqrt(ab[t])); xx = x0.mul(Math.sqrt(p)).add(e.mul(Math.sqrt(1 - p))); } return xx; }`,
      },
      {
        says: 'puts the noise back at the level of the old timestep',
        mistakes: ['oldLevel'],
        answer: `(predictNoise, xT, alphaBars) => { const ab = alphaBars.arraySync(); let xx = xT; for (let t = ab.length - 1; t >= 0; t--) { const e = predictNoise(xx, t); const p = t > 0 ? ab[t - 1] : 1; const x0 = xx.sub(e.mul(Math.sqrt(1 - ab[t]))).div(Math.sqrt(ab[t])); xx = x0.mul(Math.sqrt(p)).add(e.mul(Math.sqrt(1 - ab[t]))); } return xx; }`,
      },
    ],
  },
  'masked-bound': {
    right: [
      `(logits, tokens, masked, t) => { const chosen = logits.mul(tf.oneHot(tokens, logits.shape[2])).sum(2); return tf.logSumExp(logits, 2).sub(chosen).mul(masked).sum(1).div(t); }`,
      `(logits, tokens, masked, t) => { const v = logits.shape[2]; const flat = tf.logSoftmax(logits).flatten(); const at = tf.add(tf.range(0, tokens.size, 1, 'int32').mul(tf.scalar(v, 'int32')), tokens.flatten()); const nll = flat.gather(at.toInt()).neg().reshape(tokens.shape); return nll.mul(masked.div(t.expandDims(1))).sum(1); }`,
    ],
    wrong: [
      {
        says: 'has the weight t',
        mistakes: ['timesT'],
        answer: `(logits, tokens, masked, t) => { const lp = tf.logSoftmax(logits).mul(tf.oneHot(tokens, logits.shape[2])).sum(2).neg(); return lp.mul(masked).sum(1).mul(t); }`,
      },
      {
        says: 'counts visible tokens, too',
        mistakes: ['allTokens'],
        answer: `(logits, tokens, masked, t) => { const lp = tf.logSoftmax(logits).mul(tf.oneHot(tokens, logits.shape[2])).sum(2).neg(); return lp.sum(1).div(t); }`,
      },
      {
        says: 'takes the logarithm of a softmax',
        mistakes: ['softmaxItself'],
        answer: `(logits, tokens, masked, t) => { const lp = tf.softmax(logits).mul(tf.oneHot(tokens, logits.shape[2])).sum(2).log().neg(); return lp.mul(masked).sum(1).div(t); }`,
      },
      {
        says: 'judges the most likely token',
        mistakes: ['mostLikely'],
        answer: `(logits, tokens, masked, t) => { const lp = tf.logSoftmax(logits).max(2).neg(); return lp.mul(masked).sum(1).div(t); }`,
      },
    ],
  },
};
