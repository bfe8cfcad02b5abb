import { describe, expect, test } from 'vitest';
import { judgePrior } from '../../src/verdicts/prior-verdicts.js';

const facts = { fit: [], usage: [], comparisons: 13, isLearned: false };
const equal = new Array<number>(20).fill(1 / 20);

describe('the judgement of a prior', () => {
  test('gives no verdict before 400 updates, without observations, or if draws lie among latents', () => {
    expect(judgePrior({ ...facts, fit: [1, 1], comparisons: 12 })).toEqual([]);
    expect(judgePrior(facts)).toEqual([]);
    expect(judgePrior({ ...facts, fit: [0.5, 0.5], usage: equal })).toEqual([]);
    expect(judgePrior({ ...facts, fit: [0.95, 0.94] })).toEqual([]);
    expect(judgePrior({ ...facts, fit: [0.96, 0.36] })).toHaveLength(1);
    expect(judgePrior({ ...facts, fit: [NaN, NaN] })).toEqual([]);
  });

  test('names a prior that does not fit, with its numbers and a remedy that is not already in use', () => {
    const [fixed, ...more] = judgePrior({ ...facts, fit: [0.98, 0.951] });
    expect(more).toEqual([]);
    expect(fixed!.kind).toBe('prior does not fit');
    expect(fixed!.message).toMatch(
      /: 98% of latents are nearest to another latent, and 95% of its draws to another draw .*createMixturePrior/,
    );
    const [learned] = judgePrior({ ...facts, fit: [0.98, 0.951], isLearned: true });
    expect(learned!.message).not.toContain('createMixturePrior');
  });

  test('names components that no latent reaches, if they are more than nine of ten', () => {
    const only = (used: number): number[] => equal.map((_, k) => (k < used ? 1 / used : 1e-5));
    expect(judgePrior({ ...facts, usage: only(2) })).toEqual([]);
    const [verdict] = judgePrior({ ...facts, usage: only(1) });
    expect(verdict!.kind).toBe('unused components');
    expect(verdict!.message).toMatch(/^19 of 20 components/);
  });
});
