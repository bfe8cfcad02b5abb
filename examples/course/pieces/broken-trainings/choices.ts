/** The four runs. */
export const runs = ['a', 'b', 'c', 'd'] as const;

/** What a training may suffer from. */
export const diseases = {
  'posterior-collapse': 'the decoder ignores the latents, and every posterior is the prior',
  'loose-posterior':
    'nothing keeps the posteriors near the prior, so the decoder is never trained on samples of the prior',
  'mode-collapse': 'the generator makes only a small part of the data, and moves on when the discriminator catches up',
  'saturated-generator':
    'the discriminator is sure of every fake, so the generator has no gradient and stays where it began',
  'generator-follows': 'the discriminator’s steps also move the generator, which helps the discriminator',
  'discriminator-follows':
    'the generator’s steps also move the discriminator, which learns to take fakes for real data',
  'rate-too-high': 'the steps are so large that the loss jumps and never settles',
  'too-few-steps': 'everything is right, but the training was stopped too early',
  memorised: 'the network has memorised its training data',
  'other-schedule': 'sampling uses another table of alphaBar than training',
  'no-timesteps': 'the network does not receive the amount of noise',
  'noise-while-sampling': 'noise is added in the last step of sampling',
} as const;

/** What may help. */
export const cures = {
  'smaller-variance': 'learn the variance of the likelihood, or make it far smaller',
  'weigh-divergence-more': 'give the divergence a larger weight',
  'add-divergence': 'add the divergence from the prior to the loss',
  'slope-penalty': 'penalise the slope of the discriminator',
  'non-saturating': 'let the generator maximise log D(G(z)) instead of minimising log(1 - D(G(z)))',
  'detach-fakes': 'make the fakes outside of the discriminator’s gradient, and move only its weights',
  'hold-discriminator': 'differentiate the generator’s loss only with respect to the generator’s weights',
  'lower-rate': 'lower the learning rate',
  'more-steps': 'train for longer',
  'more-data': 'train on more data, or stop earlier',
  'same-table': 'use one table of alphaBar for training and for sampling',
  'tell-timesteps': 'give the network the timestep of each example',
} as const;

/** What a student fills in. */
export const blankDiagnoses = `${JSON.stringify(
  Object.fromEntries(runs.map((run) => [run, { disease: '', cure: '' }])),
  null,
  2,
)}\n`;
