/** A student's answer: the function's source on `tf`, tfjs-core alone. */
export type Right = string;

/** An answer that is wrong, and what a teacher would say about it. */
export interface Wrong {
  readonly says: string;
  readonly answer: string;
}

/** Answers to one exercise, written from its page and its stub by somebody who had not read its list of mistakes. */
export interface Unseen {
  readonly right: readonly Right[];
  readonly wrong: readonly Wrong[];
}
