import type { CheckResult, Exercise, NumberStream, Question, Reading } from '../testing/index.js';

/** What a {@link Piece} is graded by. */
export interface PieceSubmission {
  /** The text of the student's file. */
  readonly text: string;
  /** Asks the function that the file exports, in a process of its own. Where the file does not parse, every reading says so. */
  ask(questions: readonly Question[]): Promise<readonly Reading[]>;
  /** The secret streams of numbers, each by its name. */
  random(name: string): NumberStream;
}

/** A task without a reference to compare with, such as a training, whose samples are judged. It gives its points by rules of its own. */
export interface Piece {
  /** The name of the function that a submission exports. */
  readonly name: string;
  /** Three hints, each saying a little more; none says the answer. */
  readonly hints: readonly [string, string, string];
  /** After how many seconds the process is ended, unless the options say otherwise. */
  readonly seconds?: number;
  /** Names of files beside the submission that it may import, without their endings. They run with it. */
  readonly parts?: readonly string[];
  /** As of an exercise. */
  readonly call?: Exercise['call'];
  /**
   * Gives the points.
   *
   * @param submission - see {@link PieceSubmission}; asked before a submission runs, it fails every question
   * @returns one result for each check, always the same checks, without hints
   */
  grade(submission: PieceSubmission): Promise<readonly CheckResult[]>;
}
