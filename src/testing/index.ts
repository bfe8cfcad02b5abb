/**
 * Checks for tests and for grading exercises. Each rejects with an error that says what is wrong, on any backend and
 * in any test runner.
 *
 * @packageDocumentation
 */

export { checkClose, type CloseOptions } from './check-close.js';
export { checkGradients } from './check-gradients.js';
export { checkLikelihood, type LikelihoodCheck, type NumberRange } from './check-likelihood.js';
export { checkNetwork, type NetworkCheck } from './check-network.js';
export { checkNoLeaks } from './check-no-leaks.js';
export { checkPrior, type PriorCheck } from './check-prior.js';
export { checkTrainer, type TrainerCheck } from './check-trainer.js';
export type { GradientOptions } from './slopes.js';
