import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

// The backend of the project is running already. The packed build is tested by the same program in tests/package.
vi.mock('@tensorflow/tfjs', () => import('../support/tfjs.js'));
vi.mock('../programs/backend.js', () => ({ start: () => Promise.resolve() }));

beforeAll(() => {
  tf.engine().startScope();
});
afterAll(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

/** Its convolutions take a minute or more on cpu and on a software WebGPU; `SLOW=1` runs it there, too. */
const backend = tf.getBackend();
const tooSlow = backend === 'webgpu' || (backend === 'cpu' && process.env['SLOW'] === undefined);

test.skipIf(tooSlow)(
  "the program of a user's own tf.layers critic passes its own checks",
  async () => {
    const lines: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    try {
      await import('../programs/layers-critic.js');
    } finally {
      log.mockRestore();
    }
    expect(lines.join('\n')).toMatch(/^slope of the penalty [\d.]+, measured [\d.]+$/);
  },
  600_000,
);
