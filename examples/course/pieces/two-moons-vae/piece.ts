import { trainingPiece } from '../two-moons.js';

export const piece = trainingPiece({
  name: 'twoMoonsVae',
  close: 0.009,
  hints: [
    'Which two terms does the loss have, and in which units? If the variance of the likelihood is 1, the loss gains almost nothing from latents that distinguish the two moons.',
    'Let the standard deviation of the likelihood be a variable that Adam moves with the networks. What does it fall to when the decoder is good?',
    'Watch both terms while you train. Where the divergence is 0, the decoder ignores the latents; where samples lie between the moons, ask whether the learning rate falls towards the end.',
  ],
});
