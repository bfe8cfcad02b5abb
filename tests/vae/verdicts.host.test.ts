import { describe, expect, test } from 'vitest';
import { judgeVae } from '../../src/vae/verdicts.js';
import type { Verdict } from '../../src/index.js';

const facts = { looks: 50, takesLogits: true, hasObjective: false };
const kinds = (verdicts: readonly Verdict[]): string[] => verdicts.map(({ kind }) => kind);

describe('the judgement of a VAE', () => {
  test('names a collapsed posterior with its number and a remedy, after 400 updates', () => {
    const [verdict, ...more] = judgeVae(0.001, [0.001, 0.001, 7], facts);
    expect(more).toEqual([]);
    expect(verdict!.kind).toBe('posterior collapse');
    expect(verdict!.message).toMatch(/^KL is 0\.0010 nats, and does not rise: .*elboObjective.*freeNats/);
    expect(judgeVae(0.001, [0.001, 0.001, 7], { ...facts, looks: 49 })).toEqual([]);
    expect(judgeVae(3, [3, 3, 7], facts)).toEqual([]);
    expect(judgeVae(NaN, [0.001, 0.001, 7], facts)).toEqual([]);
  });

  test('waits while the KL rises, and until it has been low for twenty looks', () => {
    expect(judgeVae(0.002, [0.003, 0.002, 7], facts)).toEqual([]);
    expect(judgeVae(0.001, [0.001, 0.02, 7], facts)).toEqual([]);
  });

  test('gives no verdict at a KL where healthy runs pause before it rises', () => {
    expect(judgeVae(0.015, [0.015, 0.015, 7], facts)).toEqual([]);
  });

  test('does not advise the objective that the user already has', () => {
    const [verdict] = judgeVae(0.001, [0.001, 0.001, 7], { ...facts, hasObjective: true });
    expect(verdict!.message).not.toContain('elboObjective');
  });

  test('takes outputs that were never outside [0, 1] for probabilities, if logits are expected', () => {
    expect(kinds(judgeVae(3, [3, 3, 0], facts))).toEqual(['probabilities for logits']);
    expect(judgeVae(3, [3, 3, 1], facts)).toEqual([]);
    expect(judgeVae(3, [3, 3, 0], { ...facts, takesLogits: false })).toEqual([]);
  });
});
