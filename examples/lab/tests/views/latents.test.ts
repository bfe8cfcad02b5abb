import { expect, test } from 'vitest';
import { firstLook } from '../../experiment/look.js';
import { latents } from '../../views/latents.js';
import { recordedCanvas, seenOf } from './record.js';

// the view reaches from -3.2 to 3.2, so that 320 pixels have 50 for a unit
const posterior = [1, -1, 0.5, 0.25, 0, 2, 1, 0.25];

test('an ellipse of one standard deviation is at the mean of each posterior', () => {
  const { canvas, of } = recordedCanvas(320, 320);
  latents.draw(canvas, seenOf('vae', { posterior }));
  const ellipses = of('ellipse').map(({ args }) => args.slice(0, 4));
  expect(ellipses).toEqual([
    [210, 210, 25, 12.5],
    [160, 60, 50, 12.5],
  ]);
});

test('the mark is where one looks, and the sentence says what it becomes', () => {
  const { canvas, of } = recordedCanvas(320, 320);
  const look = { ...firstLook, ...latents.handle!.moved([-2, 1]) };
  const seen = seenOf('vae', { posterior, decoded: [0.5, -1.25] }, {}, { look });
  latents.draw(canvas, seen);
  expect(of('arc').at(-1)!.args.slice(0, 2)).toEqual([60, 110]);
  expect(latents.handle!.at(look)).toEqual([-2, 1]);
  expect(latents.describe(seen)).toBe(
    "2 posteriors; their mean standard deviation is 0.50, the prior's is 1. The decoder turns (-2.00, 1.00) into (0.50, -1.25).",
  );
});

test('the button goes on to another pair of encoded points', () => {
  const look = { ...firstLook, ...latents.button!.press(firstLook) };
  expect(look.pair[0]).toBe(firstLook.pair[1]);
  expect(look.pair[1]).not.toBe(look.pair[0]);
});
