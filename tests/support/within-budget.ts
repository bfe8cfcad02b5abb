import { expect } from 'vitest';
import { SLACK } from '../../scripts/growth.js';

/** Warns if a number is above a budget, and fails if it is more than 2% above it. */
export function expectWithinBudget(what: string, value: number, budget: number): void {
  expect(value, `${what} has a budget of ${budget}`).toBeLessThanOrEqual(budget * (1 + SLACK));
  if (value > budget)
    console.warn(`${what}: ${value.toFixed(0)} of ${budget}, above the budget, which may be exceeded by 2%.`);
}
