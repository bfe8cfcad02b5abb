/** The four runs. */
export const runs = ['a', 'b', 'c', 'd'] as const;

/** What a training may suffer from. */
export const diseases = {
  'posterior-collapse': 'the decoder ignores the latents, and every posterior is the prior',
  'loose-posterior': 'nothing holds the posteriors near the prior, and samples of the prior are never trained',
  'mode-collapse': 'the generator makes a small part of the data, and moves on when it is caught',
  'saturated-generator':
    'the discriminator is sure of every fake, and the generator stays where it began, without a gradient',
  'generator-follows': 'the generator also takes the discriminator’s steps, and helps it',
  'discriminator-follows':
    'the discriminator also takes the generator’s steps, and is talked into taking fakes as real',
  'rate-too-high': 'steps are so long that the loss jumps, and does not come to rest',
  'too-few-steps': 'everything is right, and it was stopped too early',
  memorised: 'the network knows its training data by heart',
  'other-schedule': 'samples are drawn with another table of alphaBar than the network was trained with',
  'no-timesteps': 'the network does not get the amount of noise',
  'noise-while-sampling': 'noise is added in the last step of sampling',
} as const;

/** What may help. */
export const cures = {
  'smaller-variance': 'give the likelihood a variance that is learned or far smaller',
  'weigh-divergence-more': 'give the divergence a larger weight',
  'add-divergence': 'add the divergence from the prior to the loss',
  'slope-penalty': 'punish the slope of the discriminator',
  'non-saturating': 'let the generator maximise log D(G(z)) instead of minimising log(1 - D(G(z)))',
  'detach-fakes': 'make the fakes outside of the discriminator’s gradient, and move its weights alone',
  'hold-discriminator': 'differentiate the generator’s loss with respect to its own weights alone',
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
