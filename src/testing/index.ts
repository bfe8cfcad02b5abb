/**
 * Checks for tests, and grading of exercises. A check that fails rejects with an error that says what is wrong, on any backend
 * and in any test runner.
 *
 * @packageDocumentation
 */

export { checkClose, type CloseOptions } from './check-close.js';
export { checkGradients } from './check-gradients.js';
export { checkLikelihood, type LikelihoodCheck, type NumberRange } from './check-likelihood.js';
export { checkNetwork, type NetworkCheck } from './check-network.js';
export { checkNoLeaks } from './check-no-leaks.js';
export { checkPrior, type PriorCheck } from './check-prior.js';
export { checkQuantizer, type QuantizerCheck } from './check-quantizer.js';
export { checkTokenModel, type TokenModelCheck } from './check-token-model.js';
export { checkTrainer, type TrainerCheck } from './check-trainer.js';
export type { GradientOptions } from './slopes.js';
export {
  defineExercise,
  type Answer,
  type Exercise,
  type ExerciseCheck,
  type ExerciseInputs,
  type ExerciseOutputs,
  type ExercisePicture,
} from './exercises/exercise.js';
export { grade, gradeReadings, type CheckResult, type GradeOptions } from './exercises/grade.js';
export { measureAnswer, type PlainTensor, type Question, type Reading } from './exercises/measure.js';
export { each, meanOf, sumOf, type Numbers } from './exercises/numbers.js';
export { slopesOf } from './exercises/slopes-of.js';
export { createNumberStream, type Nested, type NumberStream } from './exercises/number-stream.js';
export { checkExercise, type ExerciseAnswers } from './exercises/check-exercise.js';
