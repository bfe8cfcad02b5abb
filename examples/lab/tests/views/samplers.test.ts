import { expect, test } from 'vitest';
import { SAMPLES } from '../../training/sizes.js';
import { samplers } from '../../views/samplers.js';
import { recordedCanvas, seenOf } from './record.js';

test('each sampler has a third of the width, and its own samples', () => {
  const sets = [-1, 0, 1].flatMap((x) => Array<readonly number[]>(SAMPLES).fill([x, 0]).flat());
  const { canvas, of } = recordedCanvas(300, 118);
  samplers.draw(canvas, seenOf('diffusion', { samplers: sets }));
  expect(of('translate').map(({ args }) => args)).toEqual([
    [0, 18],
    [100, 18],
    [200, 18],
  ]);
  const dots = of('fillRect').filter(({ fill }) => fill === 'samples');
  expect(dots).toHaveLength(3 * SAMPLES);
  // the plane reaches from -2.5 to 2.5 in 100 pixels; a dot is 2.16 wide
  const middles = [0, 1, 2].map((i) => (dots[i * SAMPLES]!.args[0] as number) + 1.08);
  expect(middles.map((x) => Number(x.toFixed(6)))).toEqual([30, 50, 70]);
  expect(of('fillText').map(({ args }) => args[0])).toEqual(['DDPM', 'DDIM', 'DPM-Solver++']);
});
