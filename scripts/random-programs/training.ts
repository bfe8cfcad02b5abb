import { call, expressionOf, method, own, type Expression, type Written } from './expression.js';
import type { Draw } from './draw.js';
import type { Condition } from './conditions.js';
import { stream, type Shape } from './networks.js';

const rate = (d: Draw): Expression | number =>
  d.pick([
    () => d.pick([0.001, 0.01, 0.05]),
    () => d.pick([0.001, 0.01, 0.05]),
    () => call('linearRamp', { from: 0, to: 0.02, steps: 5 }),
    () => call('cosineDecay', { from: 0.02, to: 0, steps: d.integer(2, 9), after: d.maybe(() => d.integer(0, 3)) }),
    () => call('cyclical', { from: 0, to: 0.02, steps: 4, rise: d.maybe(() => 0.5) }),
    () => call('constant', 0.01),
    () => own('ownSchedule'),
  ])();

/** An optimizer of any kind, also wrapped. */
export function optimizer(d: Draw): Expression {
  const adam = call('createAdam', {
    learningRate: rate(d),
    beta1: d.maybe(() => d.pick([0, 0.5, 0.9]), 0.2),
    beta2: d.maybe(() => d.pick([0.9, 0.999]), 0.2),
    epsilon: d.maybe(() => d.pick([1e-8, 1e-3]), 0.2),
    weightDecay: d.maybe(() => d.pick([0, 0.01]), 0.2),
  });
  const plain = d.chance(0.8) ? adam : own(d.pick(['rmsprop', 'sgd', 'tfAdam', 'signDescent']), 0.01);
  return d.pick([
    () => plain,
    () => plain,
    () => plain,
    () => call('run/accumulateGradients', plain, { batches: d.integer(1, 3), clipNorm: d.maybe(() => 1) }),
    () => call('logs/watchOptimizer', plain),
  ])();
}

/** Options that all trainers share. */
export const shared = (d: Draw): Readonly<Record<string, Written>> => ({
  optimizer: optimizer(d),
  random: stream(d),
  clipNorm: d.maybe(() => d.pick([0.5, 1, 100]), 0.25),
});

/** What a batch holds, and of how many examples. */
export const batchesOf = (
  d: Draw,
  shape: Shape,
  condition: Condition,
  data: (count: number) => Written = (count) => method(stream(d), 'uniform', [count, ...shape], 0, 1),
): Expression => {
  const counts = [3, 3, 3, d.integer(1, 4)];
  const items = counts.map((count): Written => {
    const options = condition.options(d, count);
    return Object.keys(options).length === 0 && d.chance(0.7) ? data(count) : { x: data(count), ...options };
  });
  return expressionOf(items);
};
