/**
 * Grades students' files in Node, each in a process of its own, and writes result files for grading services.
 *
 * @packageDocumentation
 */

export { classroom50, gradescope, junit, prairieLearn } from './formats.js';
export {
  gradeSubmission,
  gradeToFile,
  type GradedSubmission,
  type ResultFormat,
  type SubmissionOptions,
} from './grade-submission.js';
export type { Piece, PieceSubmission } from './piece.js';
