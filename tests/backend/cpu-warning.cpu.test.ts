import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createAdam, createRandom, createTrainer, mlp } from 'tfjs-generative';
import { startBackend } from 'tfjs-generative/backend';

const CHOSEN = Symbol.for('tfjs-generative: chosen backend');

/** What is written to the console while a trainer is made. */
function warnings(): string[] {
  const random = createRandom(1);
  const network = mlp({ sizes: [1, 1], random });
  const spy = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const trainer = createTrainer({
    name: 'line',
    parts: { network },
    optimizer: createAdam({ learningRate: 1 }),
    random,
    loss: ({ x }) => ({ loss: tf.mean(network.apply(x)) }),
  });
  const said = spy.mock.calls.map(([text]) => String(text));
  spy.mockRestore();
  trainer.dispose();
  network.dispose();
  return said;
}

describe('a trainer on the cpu backend', () => {
  beforeEach(() => {
    Reflect.deleteProperty(tf.engine(), CHOSEN);
  });

  it('says once how slow that is, and what to use instead', () => {
    expect(tf.getBackend()).toBe('cpu');
    const [said, ...more] = [...warnings(), ...warnings()];
    expect(said).toMatch(/cpu backend, which trains about 100 times slower than wasm.*await startWasm\(\)/);
    expect(more).toEqual([]);
  });

  it('says nothing to those who chose it', async () => {
    await startBackend('cpu');
    expect(warnings()).toEqual([]);
  });
});
