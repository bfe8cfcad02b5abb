import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import { contentsOf } from '../../src/testing/trainer-contents.js';
import { fixtures, mistakes } from './mistakes.js';

const shared = fixtures();
const contents = () => Promise.all([shared.vae, shared.gan, shared.diffusion].map((trainer) => contentsOf(trainer)));
/** Everything that the trainers hold; no mistake may change it. */
const before = await contents();

afterAll(() => {
  tf.disposeVariables();
});

/** The error of a call, at once or by rejection. */
async function errorOf(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(Object.entries(mistakes))('mistakes with %s', (_, rows) => {
  test.each(rows(shared).map(([call, run, message]) => ({ call, run, message })))(
    '$call throws one clear sentence',
    async ({ run, message }) => {
      const error = (await errorOf(run)) as Error;
      expect(error).toBeInstanceOf(Error);
      // function: `argument` rule; got value. Fix.
      expect(error.message).toMatch(/^[\w.]+: `[^`]+` [^;]+; got [^\n]+\.$/);
      expect(error.message).toContain(message);
      expect(error.message.length).toBeLessThanOrEqual(300);
      expect(error.message).not.toMatch(/\.\.\.$/);
    },
  );

  // once per group, which takes a tenth of the time
  test('no mistake has changed a trainer', async () => {
    expect(await contents()).toEqual(before);
  });
});

test('the table shared at least 120 rows', () => {
  expect(Object.values(mistakes).flatMap((rows) => rows(shared)).length).toBeGreaterThanOrEqual(120);
});
