/** A student's answer: the function's source on `tf`, tfjs-core alone, with methods in the fourth set. The graders call it within `tf.tidy`. */
export type Right = string;

/** An answer that is wrong, and what a teacher would say about it. */
export interface Wrong {
  readonly says: string;
  /** The kit's names for what the sentence says. They were filled in after the answers had been graded. */
  readonly mistakes?: readonly string[];
  /** Words that say what no name does. An answer with neither names nor words is one for which the kit has no name. */
  readonly measured?: string;
  readonly answer: string;
}

/** Answers to one exercise, written from its page and its stub by somebody who had not read its list of mistakes. */
export interface Unseen {
  readonly right: readonly Right[];
  readonly wrong: readonly Wrong[];
}
