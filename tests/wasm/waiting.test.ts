import { describe, expect, it } from 'vitest';
import { createWaiting } from '../../src/wasm/threads/waiting.js';

const JOB = 0.5;

/**
 * Regions of two jobs for this many milliseconds, with a helper whenever it is worth it; `delay` says how much longer than one job such
 * a region takes. Returns what the helper saved, as a part of the time that the main thread takes alone, and the part of the regions in which it
 * helped.
 */
function simulate(milliseconds: number, delay: (time: number) => number) {
  let [time, regions, helped] = [0, 0, 0];
  const waiting = createWaiting(new Int32Array(new SharedArrayBuffer(1024)), () => time);
  while (time < milliseconds) {
    regions++;
    const started = time;
    if (!waiting.isWorthIt(started)) {
      time += 2 * JOB;
      continue;
    }
    helped++;
    time += JOB + delay(started);
    waiting.note({ started, jobs: 2, own: 1, worked: JOB }, JOB);
  }
  return { saved: 1 - time / (regions * 2 * JOB), used: helped / regions };
}

describe('a helper', () => {
  it('is always used if it is never interrupted', () => {
    expect(simulate(10_000, () => 0)).toEqual({ saved: expect.closeTo(0.5) as number, used: 1 });
  });

  it('is used between single interruptions', () => {
    // for 4 ms after every 50 ms
    let next = 50;
    const { saved, used } = simulate(10_000, (time) => {
      if (time < next) return 0;
      next = time + 50;
      return 4;
    });
    expect(used).toBe(1);
    expect(saved).toBeGreaterThan(0.4);
  });

  it.each([1, 4, 20])('costs at most 3% of the time if each job in it takes %d ms longer', (delay) => {
    expect(simulate(30_000, () => delay).saved).toBeGreaterThan(-0.03);
  });

  it('costs little more than a tenth until that is known, and if each job in it takes half a second longer', () => {
    for (const delay of [1, 4, 20]) expect(simulate(1000, () => delay).saved).toBeGreaterThan(-0.12);
    expect(simulate(30_000, () => 500).saved).toBeGreaterThan(-0.13);
  });

  it('is used again at most a second after the interruptions have ended', () => {
    const busy = 20_000;
    const { used } = simulate(busy, () => 4);
    expect(used).toBeLessThan(0.01);
    const later = simulate(busy + 10_000, (time) => (time < busy ? 4 : 0));
    expect(later.saved * (busy + 10_000)).toBeGreaterThan(0.45 * 8000);
  });

  it('is always used if it takes longer but still saves time', () => {
    expect(simulate(10_000, () => 0.4 * JOB)).toEqual({ saved: expect.closeTo(0.3) as number, used: 1 });
  });
});
