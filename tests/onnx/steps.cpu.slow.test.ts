import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { loadState, relativeDifference, runSteps, stepHere, turnOf } from './steps/run-steps.js';
import { stepCases } from './steps/step-cases.js';

/** As many as show that the state comes back, and both players of a game; `steps.long.test.ts` makes hundreds. */
const STEPS = 3;

test.each(stepCases)(
  'recorded steps of $name in ONNX Runtime give our losses, and the state that comes back goes on with them',
  async (given) => {
    const trainer = given.make();
    const { ours, theirs, state } = await runSteps(given, trainer, STEPS);
    const differences = ours.map((metrics, step) => relativeDifference(metrics, theirs[step]!));
    // a rounded gradient of 0 moves a weight by a whole learning rate, so weights may differ where no loss depends on them
    const back = given.make();
    loadState(back, state, trainer.state);
    for (let step = STEPS; step < STEPS + 2; step++) {
      const [x, turn] = [given.batch(step), turnOf(given, step)];
      const [here, there] = [await stepHere(trainer, x, turn), await stepHere(back, x, turn)];
      differences.push(relativeDifference(here, there));
      tf.dispose(x);
    }
    expect(differences[0]).toBeLessThan(1e-5);
    for (const difference of differences) expect(difference).toBeLessThan(1e-4);
  },
);
