import { expect, test } from 'vitest';
import { recordStep } from '../../src/record/index.js';
import { stepCases } from '../onnx/steps/step-cases.js';

test('what the host draws is an input, also if two calls happen to draw the same', async () => {
  const { make, batch } = stepCases.find(({ name }) => name === 'a masked model of tokens')!;
  const trainer = make();
  const random = {
    ...(trainer.state.plain as { readonly random: object }).random,
    // from here, two steps draw the same counts of masks
    words: [
      2706794769, 4147635711, 760108833, 3044311220, 3724461349, 4205399824, 3334968765, 2020523037, 409777355,
      34868178, 1611338387, 2930174401, 3362429968, 1123022570, 3492413017, 3083033491,
    ],
  };
  trainer.restore!({ ...(trainer.state.plain as object), random });
  const { inputs } = await recordStep(trainer, batch(0));
  // the masks, their weights, and the share of the average
  expect(inputs.filter(({ data }) => data).map(({ shape }) => shape)).toEqual([[6, 3], [6], []]);
});
