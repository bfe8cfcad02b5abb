import { sumOf } from 'tfjs-generative/testing';

/** The logarithms of the probabilities that a softmax makes of these logits. */
export function logSoftmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const total = largest + Math.log(sumOf(logits.map((logit) => Math.exp(logit - largest))));
  return logits.map((logit) => logit - total);
}
