import type { Unseen } from './answer.js';

/** Wrong answers that were not named, or named wrongly, before the lists were extended for them, and right ones with other operations. */
export const fifth: Readonly<Record<string, Unseen>> = {
  reparameterize: {
    right: [],
    wrong: [
      {
        says: 'does not call a method',
        measured: 'must be a Tensor',
        answer: `(mean, logVariance, noise) => mean.add(noise.mul(logVariance.mul(0.5).exp))`,
      },
      {
        says: 'returns an array',
        measured: 'not an array',
        answer: `(mean, l, noise) => mean.add(noise.mul(l.div(2).exp())).arraySync()`,
      },
    ],
  },
  'gaussian-kl': {
    right: [
      `(m, l) => { const v = l.exp(); return tf.sum(tf.sub(tf.add(v, tf.pow(m, 2)), tf.add(1, tf.log(v))), [1]).mul(tf.scalar(0.5)); }`,
    ],
    wrong: [
      {
        says: 'adds the means up before it squares them',
        mistakes: ['squareOfSum'],
        answer: `(mean, logVariance) => mean.sum(1).square().add(logVariance.exp().sub(logVariance).sub(1).sum(1)).mul(0.5)`,
      },
      {
        says: 'divides by the number of examples',
        mistakes: ['overBatchSize'],
        answer: `(m, l) => m.square().add(l.exp()).sub(l).sub(1).sum(1).mul(0.5).div(m.shape[0])`,
      },
    ],
  },
  'bernoulli-log-likelihood': {
    right: [`(x, logits) => tf.where(x.greater(0.5), logits.logSigmoid(), logits.neg().logSigmoid()).sum(1)`],
    wrong: [
      {
        says: 'takes minus log sigmoid for log(1 - sigmoid)',
        mistakes: ['minusLogarithm'],
        answer: `(x, logits) => {
  const on = logits.logSigmoid();
  return x.mul(on).add(tf.sub(1, x).mul(on.neg())).sum(1);
}`,
      },
      {
        says: 'has exp(|l|) where exp(-|l|) belongs',
        mistakes: ['growingRest'],
        answer: `(x, logits) => x.mul(logits).sub(logits.relu()).sub(logits.abs().exp().log1p()).sum(1)`,
      },
    ],
  },
  elbo: {
    right: [
      `(x, logits, m, l) => tf.concat([x.mul(logits).sub(logits.softplus()), tf.sub(l.add(1), l.exp().add(m.square())).mul(0.5)], 1).sum(1)`,
    ],
    wrong: [
      {
        says: 'has no divergence',
        mistakes: ['noDivergence'],
        answer: `(x, logits, mean, logVariance) => { const like = x.mul(logits).sub(logits.softplus()).sum(1); const kl = mean.square().add(logVariance.exp()).sub(logVariance).sub(1).sum(1).mul(0.5); return like; }`,
      },
      {
        says: 'has only the square of the mean in its divergence',
        mistakes: ['onlyMean'],
        answer: `(x, logits, mean, logVariance) => { const like = x.mul(logits).sub(logits.softplus()).sum(1); const kl = mean.square().sum(1).mul(0.5); return like.sub(kl); }`,
      },
      {
        says: 'divides the divergence by the number of pixels',
        mistakes: ['divergenceOverPixels'],
        answer: `(x, logits, mean, logVariance) => { const like = x.mul(logits).sub(logits.softplus()).sum(1); const kl = mean.square().add(logVariance.exp()).sub(logVariance).sub(1).sum(1).mul(0.5); return like.sub(kl.div(x.shape[1])); }`,
      },
    ],
  },
  'vae-update': {
    right: [
      `(encoder, decoder, x, noise, model) => {
  const e = tf.variable(encoder), d = tf.variable(decoder), optimizer = tf.train.sgd(0.1);
  optimizer.minimize(() => {
    const { mean, logVariance } = model.encode(e, x);
    const z = mean.add(noise.mul(logVariance.div(2).exp()));
    return model.elbo(x, model.decode(d, z), mean, logVariance).mean().neg();
  }, false, [e, d]);
  const result = { encoder: e.clone(), decoder: d.clone() };
  tf.dispose([e, d]);
  optimizer.dispose();
  return result;
}`,
    ],
    wrong: [
      {
        says: 'returns the gradients of the bound',
        mistakes: ['returnsGradientsOfBound'],
        answer: `(encoder, decoder, x, noise, model) => {
  const f = (e, d) => { const { mean, logVariance } = model.encode(e, x); const z = mean.add(logVariance.mul(0.5).exp().mul(noise)); return model.elbo(x, model.decode(d, z), mean, logVariance).mean(); };
  const [ge, gd] = tf.grads(f)([encoder, decoder]);
  return { encoder: encoder.mul(0).add(ge), decoder: decoder.mul(0).add(gd) };
}`,
      },
      {
        says: 'returns an array of weights',
        measured: 'must return `{ encoder, decoder }`, not an array',
        answer: `(encoder, decoder, x, noise, model) => {
  const f = (e, d) => { const { mean, logVariance } = model.encode(e, x); const z = mean.add(logVariance.mul(0.5).exp().mul(noise)); return model.elbo(x, model.decode(d, z), mean, logVariance).mean(); };
  const [ge, gd] = tf.grads(f)([encoder, decoder]);
  return [encoder.add(ge.mul(0.1)), decoder.add(gd.mul(0.1))];
}`,
      },
    ],
  },
  'importance-weighted-bound': {
    right: [`(logWeights) => tf.logSumExp(tf.sub(logWeights, Math.log(logWeights.shape[0])), 0)`],
    wrong: [
      {
        says: 'adds the maximum before the logarithm',
        mistakes: ['addedInside'],
        answer: `(logWeights) => { const m = logWeights.max(0); return logWeights.sub(m).exp().mean(0).add(m).log(); }`,
      },
    ],
  },
  'gan-losses': {
    right: [
      `(realLogits, fakeLogits) => {
  const ce = (labels, logits) => tf.losses.sigmoidCrossEntropy(labels, logits);
  const fake = ce(tf.zerosLike(fakeLogits), fakeLogits);
  return { discriminator: ce(tf.onesLike(realLogits), realLogits).add(fake), minimax: fake.neg(), nonSaturating: ce(tf.onesLike(fakeLogits), fakeLogits) };
}`,
    ],
    wrong: [
      {
        says: 'has twice the mean over both batches in the loss of the discriminator',
        mistakes: ['togetherTwice'],
        answer: `(realLogits, fakeLogits) => {
  const all = tf.concat([realLogits.neg(), fakeLogits], 0);
  return { discriminator: tf.softplus(all).mean().mul(2), minimax: tf.softplus(fakeLogits).mean().neg(), nonSaturating: tf.softplus(fakeLogits.neg()).mean() };
}`,
      },
      {
        says: 'takes the non-saturating loss of the real logits',
        mistakes: ['nonSaturatingFromReal'],
        answer: `(realLogits, fakeLogits) => ({
  discriminator: realLogits.logSigmoid().mean().neg().sub(fakeLogits.neg().logSigmoid().mean()),
  minimax: fakeLogits.neg().logSigmoid().mean(),
  nonSaturating: realLogits.logSigmoid().mean().neg(),
})`,
      },
    ],
  },
  'gan-update': {
    right: [],
    wrong: [
      {
        says: 'lets both players descend the loss of the discriminator at the old weights',
        mistakes: ['simultaneous', 'generatorHelps'],
        answer: `(generator, discriminator, real, noise, model) => {
  const [gg, gd] = tf.grads((g, d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, model.generate(g, noise))))([generator, discriminator]);
  return { generator: generator.sub(gg.mul(0.1)), discriminator: discriminator.sub(gd.mul(0.1)) };
}`,
      },
      {
        says: 'returns the old discriminator',
        mistakes: ['oldDiscriminator'],
        answer: `(generator, discriminator, real, noise, model) => {
  const fake = model.generate(generator, noise);
  const gd = tf.grad((d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, fake)))(discriminator);
  const newD = discriminator.sub(gd.mul(0.1));
  const gg = tf.grad((g) => model.generatorLoss(model.judge(newD, model.generate(g, noise))))(generator);
  const newG = generator.sub(gg.mul(0.1));
  return { generator: newG, discriminator };
}`,
      },
      {
        says: 'exchanges the weights in an argument',
        measured: 'inner shapes',
        answer: `(generator, discriminator, real, noise, model) => {
  const fake = model.generate(generator, noise);
  const gd = tf.grad((d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, fake)))(discriminator);
  const newD = discriminator.sub(gd.mul(0.1));
  const gg = tf.grad((g) => model.generatorLoss(model.judge(g, model.generate(newD, noise))))(generator);
  const newG = generator.sub(gg.mul(0.1));
  return { generator: newG, discriminator: newD };
}`,
      },
    ],
  },
  'gradient-penalty': {
    right: [
      `(critic, real, fake, mix) => {
  const at = real.mul(mix).add(fake.mul(mix.neg().add(1)));
  const slopes = tf.grad(critic)(at, tf.onesLike(mix));
  return slopes.square().sum(1).sqrt().sub(1).square().mean();
}`,
    ],
    wrong: [
      {
        says: 'compares each partial derivative with 1',
        mistakes: ['perPartial'],
        answer: `(critic, real, fake, mix) => {
  const xHat = mix.mul(real).add(tf.sub(1, mix).mul(fake));
  const g = tf.grad((x) => critic(x).sum())(xHat);
  return g.sub(1).square().mean();
}`,
      },
      {
        says: 'differentiates with respect to the mix',
        mistakes: ['ofMix'],
        answer: `(critic, real, fake, mix) => { const g = tf.grad((m) => critic(m.mul(real).add(tf.sub(1, m).mul(fake))).sum())(mix); return g.norm(2, 1).sub(1).square().mean(); }`,
      },
    ],
  },
  'add-noise': {
    right: [
      `(x, noise, timesteps, alphaBars) => {
  const table = alphaBars.arraySync();
  return tf.stack(Array.from(timesteps.dataSync(), (t, i) => x.gather(i).mul(Math.sqrt(table[t])).add(noise.gather(i).mul(Math.sqrt(1 - table[t])))));
}`,
    ],
    wrong: [
      {
        says: 'does not give the factors a second axis',
        measured: 'could not be broadcast',
        answer: `(x, noise, t, ab) => { const a = ab.gather(t); return a.sqrt().mul(x).add(tf.sub(1, a).sqrt().mul(noise)); }`,
      },
      {
        says: 'uses alphaBar as the factor of the noise',
        mistakes: ['alphaBarOfNoise'],
        answer: `(x, noise, t, ab) => { const a = ab.gather(t).expandDims(1); return tf.sub(1, a.square()).sqrt().mul(x).add(a.mul(noise)); }`,
      },
    ],
  },
  'denoiser-losses': {
    right: [
      `(denoise, x, noise, alphaBar) => {
  const beta = tf.sub(1, alphaBar);
  const error = denoise(alphaBar.sqrt().mul(x).add(beta.sqrt().mul(noise))).sub(alphaBar.sqrt().mul(noise)).add(beta.sqrt().mul(x)).square();
  return { velocity: error.mean(), sample: error.mul(beta).mean(), noise: error.mul(alphaBar).mean() };
}`,
    ],
    wrong: [
      {
        says: 'computes the noise from x_t and the true data',
        mistakes: ['trueNoise'],
        answer: `(denoise, x, noise, alphaBar) => {
  const a = alphaBar.sqrt(), s = tf.sub(1, alphaBar).sqrt();
  const xt = a.mul(x).add(s.mul(noise));
  const v = a.mul(noise).sub(s.mul(x));
  const vHat = denoise(xt);
  const x0 = a.mul(xt).sub(s.mul(vHat)), e = xt.sub(a.mul(x)).div(s);
  return { velocity: vHat.sub(v).square().mean(), sample: x0.sub(x).square().mean(), noise: e.sub(noise).square().mean() };
}`,
      },
      {
        says: 'computes the data from the true velocity',
        mistakes: ['trueSample'],
        answer: `(denoise, x, noise, alphaBar) => {
  const a = alphaBar.sqrt(), s = tf.sub(1, alphaBar).sqrt(), xt = a.mul(x).add(s.mul(noise)), v = a.mul(noise).sub(s.mul(x)), vHat = denoise(xt);
  const x0 = a.mul(xt).sub(s.mul(v)), e = s.mul(xt).add(a.mul(vHat));
  const mse = (p, q) => p.sub(q).square().mean();
  return { velocity: mse(vHat, v), sample: mse(x0, x), noise: mse(e, noise) };
}`,
      },
      {
        says: 'exchanges alpha and sigma in the noise',
        mistakes: ['noiseExchanged'],
        answer: `(denoise, x, noise, alphaBar) => {
  const a = alphaBar.sqrt(), s = tf.sub(1, alphaBar).sqrt(), xt = a.mul(x).add(s.mul(noise)), v = a.mul(noise).sub(s.mul(x)), vHat = denoise(xt);
  const x0 = a.mul(xt).sub(s.mul(vHat)), e = a.mul(xt).add(s.mul(vHat));
  const mse = (p, q) => p.sub(q).square().mean();
  return { velocity: mse(vHat, v), sample: mse(x0, x), noise: mse(e, noise) };
}`,
      },
      {
        says: 'subtracts x_t in the noise',
        mistakes: ['minusInNoise'],
        answer: `(denoise, x, noise, alphaBar) => {
  const a = alphaBar.sqrt(), s = tf.sub(1, alphaBar).sqrt(), xt = a.mul(x).add(s.mul(noise)), v = a.mul(noise).sub(s.mul(x)), vHat = denoise(xt);
  const x0 = a.mul(xt).sub(s.mul(vHat)), e = a.mul(vHat).sub(s.mul(xt));
  const mse = (p, q) => p.sub(q).square().mean();
  return { velocity: mse(vHat, v), sample: mse(x0, x), noise: mse(e, noise) };
}`,
      },
      {
        says: 'weights squares by sigma and alpha themselves',
        mistakes: ['notSquared'],
        answer: `(denoise, x, noise, alphaBar) => {
  const a = alphaBar.sqrt(), s = tf.sub(1, alphaBar).sqrt(), xt = a.mul(x).add(s.mul(noise)), v = a.mul(noise).sub(s.mul(x)), vHat = denoise(xt);
  const x0 = a.mul(xt).sub(s.mul(vHat)), e = s.mul(xt).add(a.mul(vHat));
  const mse = (p, q) => p.sub(q).square().mean();
  return { velocity: mse(vHat, v), sample: vHat.sub(v).square().mul(s).mean(), noise: vHat.sub(v).square().mul(a).mean() };
}`,
      },
      {
        says: 'multiplies the mean loss by the mean weights',
        mistakes: ['meanWeights'],
        answer: `(denoise, x, noise, alphaBar) => {
  const a = alphaBar.sqrt(), s = tf.sub(1, alphaBar).sqrt(), xt = a.mul(x).add(s.mul(noise)), v = a.mul(noise).sub(s.mul(x)), vHat = denoise(xt);
  const x0 = a.mul(xt).sub(s.mul(vHat)), e = s.mul(xt).add(a.mul(vHat));
  const mse = (p, q) => p.sub(q).square().mean();
  return { velocity: mse(vHat, v), sample: mse(vHat, v).mul(tf.sub(1, alphaBar).mean()), noise: mse(vHat, v).mul(alphaBar.mean()) };
}`,
      },
    ],
  },
  'ddim-sample': {
    right: [],
    wrong: [
      {
        says: 'visits the timesteps from the first to the last',
        mistakes: ['ascending'],
        answer: `(predictNoise, xT, alphaBars) => {
  const a = alphaBars.arraySync();
  let x = xT;
  for (let t = 0; t < a.length; t++) {
    const eps = predictNoise(x, t);
    const next = t > 0 ? a[t - 1] : 1;
    const x0 = x.sub(eps.mul(Math.sqrt(1 - a[t]))).div(Math.sqrt(a[t]));
    x = x0.mul(Math.sqrt(next)).add(eps.mul(Math.sqrt(1 - next)));
  }
  return x;
}`,
      },
      {
        says: 'gives the network a tensor as the timestep',
        measured: 'predictNoise takes the timestep as a number',
        answer: `(predictNoise, xT, alphaBars) => {
  const a = alphaBars.arraySync();
  let x = xT;
  for (let t = a.length - 1; t >= 0; t--) {
    const eps = predictNoise(x, tf.scalar(t));
    const next = t > 0 ? a[t - 1] : 1;
    const x0 = x.sub(eps.mul(Math.sqrt(1 - a[t]))).div(Math.sqrt(a[t]));
    x = x0.mul(Math.sqrt(next)).add(eps.mul(Math.sqrt(1 - next)));
  }
  return x;
}`,
      },
    ],
  },
  'masked-bound': {
    right: [
      `(logits, tokens, masked, t) => {
  const [batch, length, count] = logits.shape;
  const costs = tf.losses.softmaxCrossEntropy(tf.oneHot(tokens, count).toFloat(), logits, masked.div(t.reshape([batch, 1])), 0, tf.Reduction.NONE);
  return costs.reshape([batch, length]).sum(1);
}`,
    ],
    wrong: [
      {
        says: 'takes a sigmoid of each logit',
        mistakes: ['sigmoid'],
        answer: `(logits, tokens, masked, t) => {
  const logp = logits.logSigmoid().mul(tf.oneHot(tokens, logits.shape[2])).sum(2);
  return logp.mul(masked).sum(1).neg().div(t);
}`,
      },
    ],
  },
};
