import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { loadState, relativeDifference, runSteps, stepHere, turnOf } from './steps/run-steps.js';
import { stepCases } from './steps/step-cases.js';

const [THERE, MORE] = [200, 100];

test.each(stepCases)('200 steps of $name in ONNX Runtime and 100 more here are our 300 steps', async (given) => {
  const [trainer, back] = [given.make(), given.make()];
  const { ours, theirs, state, kilobytes } = await runSteps(given, trainer, THERE);
  const differences = ours.map((metrics, step) => relativeDifference(metrics, theirs[step]!));
  loadState(back, state, trainer.state);
  const later: number[] = [];
  for (let step = THERE; step < THERE + MORE; step++) {
    const [x, turn] = [given.batch(step), turnOf(given, step)];
    later.push(relativeDifference(await stepHere(trainer, x, turn), await stepHere(back, x, turn)));
    tf.dispose(x);
  }
  const text = (one: number): string => one.toExponential(1);
  console.log(
    `| ${given.name} | ${kilobytes.toFixed(0)} | ${text(differences[0]!)} | ${text(differences.at(-1)!)} | ${text(Math.max(...differences))} | ${text(later.at(-1)!)} | ${text(Math.max(...later))} |`,
  );
  expect(differences[0]).toBeLessThan(1e-5);
  expect(differences.at(-1)).toBeLessThan(1e-3);
  expect(Math.max(...later)).toBeLessThan(1e-3);
});
