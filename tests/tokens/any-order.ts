import * as tf from '@tensorflow/tfjs-core';
import type { TokenNetwork } from '../../src/tokens/index.js';
import { allSequences, asTensor } from './small.js';

/** log p(token | the visible tokens) at each masked place of x_t, as the masked model with these sizes defines it, in float64. */
export type Conditionals = (noised: readonly number[]) => readonly (readonly number[])[];

/** Calls a network on all sequences of tokens and masks, and turns its logits into conditionals by the definition. */
export async function conditionalsOf(
  network: TokenNetwork,
  { tokens, length, end }: { readonly tokens: number; readonly length: number; readonly end?: number },
): Promise<Conditionals> {
  const all = allSequences(tokens + 1, length);
  const output = tf.tidy(() => network.apply(asTensor(all)));
  const logits = await output.data();
  output.dispose();
  const table = new Map(
    all.map((noised, row) => {
      const at = noised.map((_, place) => {
        const own = Array.from(logits.subarray((row * length + place) * tokens, (row * length + place + 1) * tokens));
        if (end === undefined) return own;
        // an end to the left decides the place; a token to the right rules out an end
        if (noised.slice(0, place).includes(end)) return own.map((_, token) => (token === end ? 0 : -Infinity));
        const isEarly = noised.slice(place + 1).some((token) => token !== end && token !== tokens);
        return own.map((logit, token) => (isEarly && token === end ? -Infinity : logit));
      });
      return [noised.join(), at.map(logSoftmax)] as const;
    }),
  );
  return (noised) => table.get(noised.join())!;
}

function logSoftmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const total = largest + Math.log(logits.reduce((sum, one) => sum + Math.exp(one - largest), 0));
  return logits.map((one) => one - total);
}

/** log p of a full sequence: its tokens are revealed one at a time, in an order that is drawn uniformly. */
export function logProbOfAnyOrder(x: readonly number[], mask: number, conditionals: Conditionals): number {
  const memory = new Map<string, number>();
  const probability = (noised: readonly number[]): number => {
    const masked = noised.flatMap((token, place) => (token === mask ? [place] : []));
    if (masked.length === 0) return 1;
    const key = noised.join();
    const known = memory.get(key);
    if (known !== undefined) return known;
    const at = conditionals(noised);
    const sum = masked.reduce((total, place) => {
      const next = noised.map((token, i) => (i === place ? x[i]! : token));
      return total + Math.exp(at[place]![x[place]!]!) * probability(next);
    }, 0);
    memory.set(key, sum / masked.length);
    return sum / masked.length;
  };
  return Math.log(probability(x.map(() => mask)));
}

/** E_t (1/t) sum over masked i of log p(x_i | x_t), by enumeration of the masks: with k of n masked, the weight is 1 / (k C(n, k)). */
export function boundOf(x: readonly number[], mask: number, conditionals: Conditionals): number {
  const n = x.length;
  let bound = 0;
  for (const chosen of allSequences(2, n)) {
    const k = chosen.reduce((sum, one) => sum + one, 0);
    if (k === 0) continue;
    const at = conditionals(x.map((token, i) => (chosen[i] === 1 ? mask : token)));
    const sum = x.reduce((total, token, i) => (chosen[i] === 1 ? total + at[i]![token]! : total), 0);
    bound += sum / (k * choose(n, k));
  }
  return bound;
}

function choose(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return value;
}
