/** The folders of the exercises, in the order of the course. */
export const order = [
  'reparameterize',
  'gaussian-kl',
  'bernoulli-log-likelihood',
  'elbo',
  'vae-update',
  'importance-weighted-bound',
  'gan-losses',
  'gan-update',
  'gradient-penalty',
  'add-noise',
  'denoiser-losses',
  'ddim-sample',
  'masked-bound',
] as const;

/** The folders of the pieces without a stub, which come after the exercises. */
export const pieces = ['two-moons-vae', 'two-moons-gan', 'two-moons-diffusion', 'broken-trainings'] as const;
