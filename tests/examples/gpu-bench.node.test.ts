import { describe, expect, test } from 'vitest';
import { browserIn, fasterOn, inMilliseconds, lineOf, whyFailed } from '../../examples/gpu-bench/summary.js';
import { compareTimes } from '../../examples/shared/compare-times.js';
import { describeAdapter } from '../../examples/shared/find-adapter.js';

describe('compareTimes', () => {
  const timed = (name: string, ...milliseconds: number[]) => ({ name, milliseconds });

  test('says how many times as fast the faster one is, in either order', () => {
    const [slow, fast] = [timed('wasm', 31, 30, 30), timed('WebGPU', 10, 12, 9)];
    expect(compareTimes(slow, fast, 'byTurns')).toBe('trains 3.0 times as fast on WebGPU here');
    expect(compareTimes(fast, slow, 'byTurns')).toBe('trains 3.0 times as fast on WebGPU here');
    const slower = timed('WebGPU', 3000, 3000, 4000);
    expect(compareTimes(slow, slower, 'apart')).toBe('trains 100 times as fast on wasm here');
  });

  test('calls them equal unless medians, least times and turns agree', () => {
    const equal = 'trains about as fast on wasm as on WebGPU here';
    const compare = (wasm: number[], webgpu: number[], how: 'byTurns' | 'apart' = 'byTurns'): string =>
      compareTimes(timed('wasm', ...wasm), timed('WebGPU', ...webgpu), how);
    const isFaster = 'trains 1.2 times as fast on wasm here';
    expect(compare([10, 10, 10], [12, 12, 12])).toBe(isFaster);
    expect(compare([10, 10, 10], [10.9, 10.9, 10.9])).toBe(equal);
    // the same median; the same least time; the one has the smaller median, the other the smaller least time
    expect(compare([5, 10, 10], [9, 10, 10])).toBe(equal);
    expect(compare([10, 10, 10], [10, 12, 12])).toBe(equal);
    expect(compare([5, 20, 20], [10, 11, 12])).toBe(equal);
    // WebGPU is faster in one turn, and in two
    expect(compare([10, 10, 10, 10, 13], [12, 12, 12, 12, 12])).toBe(isFaster);
    expect(compare([10, 10, 10, 13, 13], [12, 12, 12, 12, 12])).toBe(equal);
    expect(compare([10, 10, 10], [12, 12, 12], 'apart')).toBe(equal);
    expect(compare([10, 10, 10, 13, 13], [14, 14, 14], 'apart')).toBe('trains 1.4 times as fast on wasm here');
  });
});

test('an adapter has the name that the browser tells, and is known as software', () => {
  expect(describeAdapter({ vendor: 'nvidia', architecture: 'ampere', device: '', description: '' })).toEqual({
    name: 'nvidia ampere',
    software: false,
  });
  expect(describeAdapter({ description: 'Apple M3', vendor: 'apple' })).toEqual({ name: 'Apple M3', software: false });
  expect(describeAdapter({ vendor: 'mesa', description: 'llvmpipe (LLVM 15)' }).software).toBe(true);
  expect(describeAdapter({ vendor: 'google', architecture: 'swiftshader' }).software).toBe(true);
  expect(describeAdapter({ vendor: 'microsoft', isFallbackAdapter: true }).software).toBe(true);
  expect(describeAdapter({})).toEqual({ name: 'a GPU without a name', software: false });
});

test('browsers are recognised by their user agents', () => {
  const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36';
  expect(browserIn(`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome}`)).toBe('Chrome 143 on Windows');
  expect(browserIn(`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Edg/143.0.0.0`)).toBe('Edge 143 on Windows');
  expect(browserIn(`Mozilla/5.0 (Linux; Android 10; K) ${chrome}`)).toBe('Chrome 143 on Android');
  expect(browserIn('Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0')).toBe(
    'Firefox 153.0 on Linux',
  );
  expect(
    browserIn(
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15',
    ),
  ).toBe('Safari 26.1 on Mac OS');
  expect(browserIn('curl/8')).toBe('curl/8');
});

test('the line has everything that was measured, and why something was not', () => {
  const about = { versions: 'tfjs-generative 1.0.0, tfjs 4.22.0', browser: 'Chrome 143', adapter: 'nvidia ampere' };
  const wasm = { milliseconds: [9.5, 9.1, 9.3], threads: 1 };
  const found = { wasm, webgpu: { milliseconds: [3.2, 3, 40], dispatches: 40 }, tfjs: { failed: 'lost' } };
  expect(lineOf(about, { vae: found })).toBe(
    'tfjs-generative 1.0.0, tfjs 4.22.0; Chrome 143; nvidia ampere; ms per step, median (least): VAE, 784-512-20, batch 128: ' +
      'wasm 9.30 (9.10) with 1 thread, WebGPU 3.20 (3.00) with 40 dispatches, WebGPU with tfjs alone failed (lost)',
  );
  expect(fasterOn(found)).toBe('trains 2.9 times as fast on WebGPU here');
  expect(fasterOn({ wasm })).toBeUndefined();
  expect([0.1234, 12.34, 123.4].map(inMilliseconds)).toEqual(['0.123', '12.3', '123']);
});

test('a failure is one sentence', () => {
  const lost = 'readMetrics: `backend` must be on a GPU that is still there; got webgpu, whose device was lost. Go on.';
  expect(whyFailed(lost)).toBe('The browser lost the GPU, perhaps because its memory was full.');
  expect(whyFailed('Out of memory')).toBe('The memory was full.');
  expect(whyFailed('the loss is NaN')).toBe('It failed: the loss is NaN.');
});
