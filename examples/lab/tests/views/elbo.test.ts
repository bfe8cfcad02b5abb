import { expect, test } from 'vitest';
import { elbo } from '../../views/elbo.js';
import { recordedCanvas, seenOf } from './record.js';

const metrics = { loss: 2.5, logLikelihood: -1, kl: 1.5 };

test('each bar is as long as its term, from one zero', () => {
  const { canvas, of } = recordedCanvas(324, 100);
  elbo.draw(canvas, seenOf('vae', {}, {}, { metrics }));
  const bars = of('fillRect').filter(({ fill }) => fill !== 'text');
  // 300 pixels for 1.5 nats
  expect(bars.map(({ args }) => [args[0], args[2]])).toEqual([
    [12, 200],
    [12, 300],
  ]);
});

test('a likelihood above 1 is a bar to the left of zero', () => {
  const { canvas, of } = recordedCanvas(324, 100);
  elbo.draw(canvas, seenOf('vae', {}, {}, { metrics: { logLikelihood: 1, kl: 2 } }));
  const bars = of('fillRect').filter(({ fill }) => fill !== 'text');
  expect(bars.map(({ args }) => [args[0], args[2]])).toEqual([
    [12, 100],
    [112, 200],
  ]);
});

test('the sentence has both terms and the bound', () => {
  expect(elbo.describe(seenOf('vae', {}, { beta: 4 }, { metrics }))).toBe(
    'Naming a place in the latent plane costs 1.50 nats (2.2 bits) per point; the reconstruction error is 1.00 nats. ' +
      'ELBO: -2.50 nats. The loss counts the KL 4 times.',
  );
  expect(elbo.describe(seenOf('vae', {}, { data: 'clothes' }, { metrics }))).toMatch(
    /in the space of latents costs .* per picture; the reconstruction error is/,
  );
});
