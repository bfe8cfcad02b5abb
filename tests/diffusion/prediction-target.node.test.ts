import { expect, test } from 'vitest';
import {
  minSnrWeighting,
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
  sigmoidWeighting,
  type PredictionTarget,
} from '../../src/diffusion/index.js';
import { conversionAt } from '../../src/diffusion/prediction-target.js';

const targets = [predictNoise, predictSample, predictVelocity, predictFlow];
const [x0, noise] = [0.7, -1.3];

test.each(targets)('the target $name gives data and noise back', (target) => {
  for (const alpha of [0.01, 0.3, Math.SQRT1_2, 0.9, 0.99999]) {
    const sigma = Math.sqrt(1 - alpha ** 2);
    const [c, d] = target.mix(alpha, sigma);
    const [xt, y] = [alpha * x0 + sigma * noise, c * x0 + d * noise];
    const { sample, noise: ofNoise } = conversionAt(target, alpha, sigma);
    expect(sample[0] * xt + sample[1] * y).toBeCloseTo(x0, 10);
    expect(ofNoise[0] * xt + ofNoise[1] * y).toBeCloseTo(noise, 10);
  }
});

test('targets are what their papers say', () => {
  const [alpha, sigma] = [0.8, 0.6];
  const give = targets.map(({ name, mix }) => [name, mix(alpha, sigma)]);
  expect(give).toEqual([
    ['noise', [0, 1]],
    ['sample', [1, 0]],
    ['velocity', [-sigma, alpha]],
    ['flow', [-1, 1]],
  ]);
});

test('at alphaBar 0 every target except the noise determines the data', () => {
  const sampleAt0 = (target: PredictionTarget): number[] => conversionAt(target, 0, 1).sample.map((part) => part + 0);
  expect(sampleAt0(predictSample)).toEqual([0, 1]);
  expect(sampleAt0(predictVelocity)).toEqual([0, -1]);
  expect(sampleAt0(predictFlow)).toEqual([1, -1]);
  expect(conversionAt(predictNoise, 0, 1).sample.some((part) => Number.isFinite(part) && part !== 0)).toBe(false);
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
  expect(() => minSnrWeighting({ limit: 0 })).toThrow('minSnrWeighting: `limit` must be finite and above 0; got 0.');
  expect(() => sigmoidWeighting({ bias: NaN })).toThrow('sigmoidWeighting: `bias`');
});
