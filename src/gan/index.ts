export { createDiscriminator, type Discriminator } from './discriminator.js';
export { createGenerator, type Generator, type GeneratorOptions } from './generator.js';
export type { Critic } from './input-gradient.js';
export { gaussianPrior, uniformPrior, type LatentPrior } from './latent-prior.js';
export type { AdversarialLoss } from './losses/adversarial-loss.js';
export { wassersteinLoss } from './losses/wasserstein.js';
export { gradientPenalty, r1Penalty, r2Penalty, type GradientPenaltyOptions } from './penalties.js';
