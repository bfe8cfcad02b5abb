import type { CheckResult, Exercise, NumberStream, Question, Reading } from '../testing/index.js';

/** The submission that a {@link Piece} grades. */
export interface PieceSubmission {
  /** The text of the student's file. */
  readonly text: string;
  /** Measures the function that the file exports, in a process of its own. If the file does not parse, every reading says so. */
  ask(questions: readonly Question[]): Promise<readonly Reading[]>;
  /** A secret stream of random numbers; streams with different names are independent. */
  random(name: string): NumberStream;
}

/** A task without a reference, such as a training whose samples are judged. It has its own rules for points. */
export interface Piece {
  /** The name of the function that a submission exports. */
  readonly name: string;
  /** Three hints, each more detailed than the one before; none gives the answer. */
  readonly hints: readonly [string, string, string];
  /** The limit of the process's processor time in seconds, unless the options have another. */
  readonly seconds?: number;
  /** Names, without extensions, of files in the submission's folder that it may import. */
  readonly parts?: readonly string[];
  /** Calls the answer, as the `call` of an exercise. */
  readonly call?: Exercise['call'];
  /**
   * Grades a submission.
   *
   * @param submission - see {@link PieceSubmission}; `grade` is also called before a submission runs, and then all of its questions fail
   * @returns one result for each check, without hints; the checks are always the same
   */
  grade(submission: PieceSubmission): Promise<readonly CheckResult[]>;
}
