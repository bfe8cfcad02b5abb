export { createMixturePrior, type MixturePriorOptions } from './mixture-prior.js';
export { createVampPrior, type VampPriorOptions } from './vamp-prior.js';
