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

// Its 150 updates take minutes on cpu and where a GPU is one in software; critics.wasm.test.ts trains such critics on all backends.
test.skipIf(tf.getBackend() === 'cpu')(
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
