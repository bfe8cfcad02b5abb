import { describe, expect, test } from 'vitest';
import { judgeVae } from '../../src/verdicts/vae-verdicts.js';
import type { Verdict } from '../../src/index.js';

const facts = { observations: 50, takesLogits: true, hasObjective: false };
const kinds = (verdicts: readonly Verdict[]): string[] => verdicts.map(({ kind }) => kind);

describe('the judgement of a VAE', () => {
  test('names a collapsed posterior with its number and a remedy, after 400 updates', () => {
    const [verdict, ...more] = judgeVae(0.001, { ...facts, recent: 0.001, mean: 0.001, outside: 7 });
    expect(more).toEqual([]);
    expect(verdict!.kind).toBe('posterior collapse');
    expect(verdict!.message).toMatch(/^KL is 0\.0010 nats and does not rise: .*elboObjective.*freeNats/);
    expect(judgeVae(0.001, { ...facts, recent: 0.001, mean: 0.001, outside: 7, observations: 49 })).toEqual([]);
    expect(judgeVae(3, { ...facts, recent: 3, mean: 3, outside: 7 })).toEqual([]);
    expect(judgeVae(NaN, { ...facts, recent: 0.001, mean: 0.001, outside: 7 })).toEqual([]);
  });

  test('waits while the KL rises, and until it has been low for twenty batches', () => {
    expect(judgeVae(0.002, { ...facts, recent: 0.003, mean: 0.002, outside: 7 })).toEqual([]);
    expect(judgeVae(0.001, { ...facts, recent: 0.001, mean: 0.02, outside: 7 })).toEqual([]);
  });

  test('gives no verdict at a KL where healthy runs pause before it rises', () => {
    expect(judgeVae(0.015, { ...facts, recent: 0.015, mean: 0.015, outside: 7 })).toEqual([]);
  });

  test('does not advise the objective that the user already has', () => {
    const [verdict] = judgeVae(0.001, { ...facts, recent: 0.001, mean: 0.001, outside: 7, hasObjective: true });
    expect(verdict!.message).not.toContain('elboObjective');
  });

  test('takes outputs that were never outside [0, 1] for probabilities, if logits are expected', () => {
    expect(kinds(judgeVae(3, { ...facts, recent: 3, mean: 3, outside: 0 }))).toEqual(['probabilities for logits']);
    expect(judgeVae(3, { ...facts, recent: 3, mean: 3, outside: 1 })).toEqual([]);
    expect(judgeVae(3, { ...facts, recent: 3, mean: 3, outside: 0, takesLogits: false })).toEqual([]);
  });
});
