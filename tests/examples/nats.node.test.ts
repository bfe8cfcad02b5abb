import { createRandom } from '../../src/index.js';
import { describe, expect, test } from 'vitest';
import { laws, type Law } from '../../examples/research/nats/laws.js';

/** The integral over the plane of a function of the log-density, weighted by the density. */
function expectation({ logDensity }: Law, of: (logDensity: number) => number): number {
  const [edge, cells] = [6, 120];
  const width = (2 * edge) / cells;
  const axis = Array.from({ length: cells }, (_, i) => -edge + (i + 0.5) * width);
  const term = (log: number): number => (log === -Infinity ? 0 : Math.exp(log) * of(log));
  return axis.reduce((sum, x) => sum + axis.reduce((row, y) => row + term(logDensity([x, y])), 0), 0) * width ** 2;
}

/** The entropy of a normal number in nats, times -1. */
const ofNormal = (deviation: number): number => -0.5 * Math.log(2 * Math.PI * Math.E * deviation ** 2);

/** Of the laws in eight dimensions. The Gaussians of the mixture are 5.6 deviations apart: they hardly overlap. */
const inEight: Readonly<Record<string, number>> = {
  'AR(1) series of 8': ofNormal(1) + 7 * ofNormal(0.6),
  'mixture of 8, in 8 dimensions': -Math.log(8) + 8 * ofNormal(0.5),
};

describe('laws of known density', () => {
  test.each(laws.filter(({ size }) => size === 2))('$name: the density integrates to 1', (law) => {
    expect(expectation(law, () => 1)).toBeCloseTo(1, 3);
  });

  test.each(laws)('$name: the mean of log p over draws is that of the law', async (law) => {
    const count = 4000;
    const drawn = await law.draw(createRandom(1), count);
    const logs = Array.from({ length: count }, (_, i) =>
      law.logDensity(Array.from(drawn.slice(i * law.size, (i + 1) * law.size))),
    );
    const mean = logs.reduce((sum, one) => sum + one, 0) / count;
    const error = Math.sqrt(logs.reduce((sum, one) => sum + (one - mean) ** 2, 0)) / count;
    const expected = inEight[law.name] ?? expectation(law, (log) => log);
    expect(Math.abs(mean - expected)).toBeLessThan(4 * error + 0.01);
  });
});
