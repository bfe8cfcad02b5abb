import { placesOf, type Program } from './expression.js';
import type { Judged } from './judges.js';

export type Tried = Judged & { readonly rule: string; readonly isSpoiled: boolean };

/** The public functions that a program calls, also as methods: `tokens/transformer`, or `Network.apply` in any entry. */
export function calledIn(program: Program): string[] {
  const door = /^door (.*)$/.exec(program.rule)?.[1];
  const calls = placesOf(program).flatMap(([, one]) => (one.is === 'call' ? [`${one.entry}/${one.name}`] : []));
  return door === undefined ? calls : [door, ...calls];
}

/** What became of the programs, in a few lines, with the largest rate of wrong ones that they leave likely. */
export function summaryOf(tried: readonly Tried[], seconds: number, neverCalled?: readonly string[]): string {
  const count = (test: (one: Tried) => boolean): number => tried.filter(test).length;
  const failures = new Map<string, number>();
  for (const one of tried) if (one.verdict === 'failed') failures.set(one.kind, (failures.get(one.kind) ?? 0) + 1);
  const failed = count(({ verdict }) => verdict === 'failed');
  const used = tried.reduce((sum, one) => sum + one.seconds, 0);
  return [
    `${tried.length} programs: ${count(({ verdict }) => verdict === 'passed')} passed, ${count(({ verdict }) => verdict === 'refused')} were refused in one sentence, ${failed} failed.`,
    `Not spoiled: ${count((one) => !one.isSpoiled)}, of which ${count((one) => !one.isSpoiled && one.verdict === 'refused')} were refused.`,
    ...[...failures].map(([kind, times]) => `  ${kind}: ${times}`),
    ...(neverCalled === undefined
      ? []
      : [neverCalled.length === 0 ? 'Every public function was called.' : `Never called: ${neverCalled.join(', ')}.`]),
    `At most ${(100 * bound(failed, tried.length)).toPrecision(2)}% of such programs are wrong (95% bound).`,
    `${(used / Math.max(1, tried.length)).toFixed(3)} s of processor time per program in the judges, ${seconds.toFixed(0)} s in all.`,
  ].join('\n');
}

/** The upper end of Clopper and Pearson's one-sided 95% interval: the rate at which so few failures have a probability of 5%. */
export function bound(failures: number, programs: number): number {
  if (failures >= programs) return 1;
  let [low, high] = [failures / programs, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (atMost(failures, programs, middle) > 0.05) low = middle;
    else high = middle;
  }
  return high;
}

/** The probability of at most `k` events among `n`, each of probability `p`. */
function atMost(k: number, n: number, p: number): number {
  let [term, sum] = [n * Math.log1p(-p), 0];
  for (let i = 0; i <= k; i++) {
    sum += Math.exp(term);
    term += Math.log((n - i) / (i + 1)) + Math.log(p) - Math.log1p(-p);
  }
  return sum;
}
