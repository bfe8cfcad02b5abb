import type { StepTrace, TracedCall, ValueUse } from './trace-step.js';

/** The calls whose results a step needs, and those that draw, which move a stream. */
export function prune({ calls, metrics, after }: StepTrace): readonly TracedCall[] {
  const needed = new Set([...Object.values(metrics).map(({ value }) => value), ...after]);
  const kept: TracedCall[] = [];
  for (const call of [...calls].reverse()) {
    if (wordsOf(call) === undefined && !call.made.some((value) => needed.has(value))) continue;
    kept.push(call);
    for (const { value } of usesOf(call)) needed.add(value);
  }
  return kept.reverse();
}

export function usesOf({ inputs }: TracedCall): ValueUse[] {
  return Object.values(inputs).filter((use): use is ValueUse => use !== undefined);
}

/** The words of the stream from which a call draws. */
export function wordsOf({ attributes }: TracedCall): Int32Array | undefined {
  const words: unknown = (attributes as { readonly words?: unknown } | undefined)?.words;
  return words instanceof Int32Array ? words : undefined;
}
