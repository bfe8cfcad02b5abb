import { trainingPiece } from '../two-moons.js';

export const piece = trainingPiece({
  name: 'twoMoonsGan',
  close: 0.02,
  hints: [
    'Draw new noise for each of the two steps. Which variables does each of the two losses move, and is every other one left alone?',
    'If points gather in a few places, the discriminator is too steep: which of your functions punishes its slope? If they never arrive, its weight is too large.',
    'A game does not come to rest by itself. What helps is a smaller `beta1` for Adam, a learning rate that falls, and a discriminator that learns faster than the generator.',
  ],
});
