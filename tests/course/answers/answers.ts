import * as tf from '@tensorflow/tfjs-core';
import type { Answer } from '../../../src/testing/index.js';

/** Answers to an exercise that its author did not think of, by what is special about them. */
export interface Answers {
  /** Right ones in other styles: they lose no point. */
  readonly right: Readonly<Record<string, Answer>>;
  /** Wrong ones, with the mistakes that must be named; an empty list where none of the exercise's is right. */
  readonly wrong: Readonly<Record<string, readonly [Answer, readonly string[]]>>;
}

/** The same answers, each of which disposes what it makes. */
export function tidied({ right, wrong }: Answers): Answers {
  const tidy =
    (answer: Answer): Answer =>
    (...inputs: never[]) =>
      tf.tidy(() => answer(...inputs) as tf.TensorContainer);
  return {
    right: Object.fromEntries(Object.entries(right).map(([name, answer]) => [name, tidy(answer)])),
    wrong: Object.fromEntries(
      Object.entries(wrong).map(([name, [answer, mistakes]]) => [name, [tidy(answer), mistakes]]),
    ),
  };
}
