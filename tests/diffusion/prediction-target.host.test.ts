import { expect, test } from 'vitest';
import { minSnrWeighting, sigmoidWeighting } from '../../src/diffusion/index.js';
import { conversionAt } from '../../src/diffusion/prediction-target.js';
import { predictionTargets } from '../contract/prediction-targets.js';

const [x0, noise] = [0.7, -1.3];

test.each(predictionTargets)('data and noise can be computed from x_t and the target of $name', ({ target }) => {
  for (const alpha of [0.01, 0.3, Math.SQRT1_2, 0.9, 0.99999]) {
    const sigma = Math.sqrt(1 - alpha ** 2);
    const [c, d] = target.mix(alpha, sigma);
    const [xt, y] = [alpha * x0 + sigma * noise, c * x0 + d * noise];
    const { sample, noise: ofNoise } = conversionAt(target, alpha, sigma);
    expect(sample[0] * xt + sample[1] * y).toBeCloseTo(x0, 10);
    expect(ofNoise[0] * xt + ofNoise[1] * y).toBeCloseTo(noise, 10);
  }
});

test.each(predictionTargets)('$name is the target of its paper', ({ target, mix }) => {
  for (const [alpha, sigma] of [
    [0.8, 0.6],
    [0, 1],
    [1, 0],
  ] as const)
    expect(target.mix(alpha, sigma).map((factor) => factor + 0)).toEqual(mix(alpha, sigma).map((factor) => factor + 0));
});

test.each(predictionTargets)('the target of $name determines the data at alphaBar 0, or does not', (row) => {
  const [ofXt, ofTarget] = conversionAt(row.target, 0, 1).sample;
  const [c, d] = row.mix(0, 1);
  const isFinite = Number.isFinite(ofXt) && Number.isFinite(ofTarget) && (ofXt !== 0 || ofTarget !== 0);
  expect(isFinite).toBe(row.determinesDataAtNoise);
  // x_t is the noise here
  if (isFinite) expect(ofXt * noise + ofTarget * (c * x0 + d * noise)).toBeCloseTo(x0, 10);
});

test('min-SNR is the weight of the noise, bounded; the sigmoid weighting is that of its paper', () => {
  expect([0.1, 5, 1e4].map(minSnrWeighting())).toEqual([0.1, 5, 5]);
  expect([0.1, 1e4].map(minSnrWeighting({ limit: 20 }))).toEqual([0.1, 20]);
  const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
  for (const bias of [-3, 0, 2]) {
    for (const snr of [1e-4, 0.3, 7, 1e4])
      expect(sigmoidWeighting({ bias })(snr) / (snr * sigmoid(bias - Math.log(snr)))).toBeCloseTo(1, 10);
    expect(sigmoidWeighting({ bias })(0)).toBe(0);
  }
});
