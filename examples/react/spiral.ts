import * as tf from '@tensorflow/tfjs-core';
import {
  batches,
  cosineDecay,
  cosineSchedule,
  createAdam,
  createDenoiser,
  createDiffusionTrainer,
  createRandom,
  denoisingMlp,
  predictVelocity,
  sampleDpmSolver,
} from 'tfjs-generative';
import { createRun, type Run } from 'tfjs-generative/run';

const STEPS = 1500;

/** The largest coordinate that the picture shows. */
const REACH = 2.5;

/** A run and its cleanup. */
export interface SpiralRun {
  readonly run: Run<'loss'>;
  /** Frees the model and its data after the run has stopped. */
  dispose(): void;
}

/** Trains a diffusion model on points around a spiral and draws its samples into a canvas. */
export function createSpiralRun(canvas: () => HTMLCanvasElement | null): SpiralRun {
  const random = createRandom(1);
  const denoiser = createDenoiser(denoisingMlp({ size: 2, width: 64, random }), {
    schedule: cosineSchedule({ steps: 200 }),
    predicts: predictVelocity,
  });
  const learningRate = cosineDecay({ from: 5e-3, to: 1e-4, steps: STEPS });
  const trainer = createDiffusionTrainer({ denoiser, optimizer: createAdam({ learningRate }), random });
  const points = tf.tidy(() => {
    const angle = random.uniform([8192, 1], 1.5 * Math.PI, 4.5 * Math.PI);
    const curve = tf.concat([tf.mul(angle, tf.cos(angle)), tf.mul(angle, tf.sin(angle))], 1);
    return tf.div(tf.add(tf.sub(curve, 1.6), tf.mul(0.3, random.normal([8192, 2]))), 7);
  });
  const run = createRun(trainer, batches(points, { batchSize: 256, random }), {
    steps: STEPS,
    reportEvery: 50,
    // Training waits until the samples are drawn, so they are those of this report's weights.
    onReport: async (_, signal) => {
      const noise = createRandom(2); // the same noise each time, so that each point can be followed
      const samples = await sampleDpmSolver(denoiser, { shape: [1500, 2], steps: 12, random: noise, signal });
      drawPoints(canvas()?.getContext('2d'), (await samples.data()) as Float32Array);
      samples.dispose();
    },
  });
  return { run, dispose: () => [trainer, denoiser, points].forEach((one) => one.dispose()) };
}

/** Draws points; their colour is their distance from the centre. */
function drawPoints(context: CanvasRenderingContext2D | null | undefined, points: Float32Array): void {
  if (context == null) return;
  const { width, height } = context.canvas;
  const unit = height / (2 * REACH);
  context.clearRect(0, 0, width, height);
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    context.fillStyle = `hsl(${190 + 70 * Math.hypot(x, y)} 90% 65%)`;
    context.beginPath();
    context.arc(width / 2 + unit * x, height / 2 - unit * y, 3, 0, 2 * Math.PI);
    context.fill();
  }
}
