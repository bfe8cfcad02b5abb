import { trainingPiece } from '../two-moons.js';

export const piece = trainingPiece({
  name: 'twoMoonsDiffusion',
  close: 0.01,
  hints: [
    'Train with one timestep for each example, drawn uniformly. Which table says how much noise it has, and does the sampler walk through the same one?',
    'The loss of a network that has learned nothing is 1, the variance of the noise. What does yours fall to?',
    'If points look right but blurred, train for longer, with a learning rate that falls. If they are scaled or moved, look at the first and the last entry of your table.',
  ],
});
