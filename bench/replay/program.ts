/**
 * Makes training steps on wasm as usual and replayed, in turns: tsx bench/replay/program.ts MODEL THREADS PATH TURNS STEPS. Prints the
 * shortest step of both in milliseconds, the processor time of one, and tfjs's heap before and after the replayed steps.
 */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import * as library from '../../src/index.js';
import { replay } from '../../src/wasm/index.js';
import { denoisingMlpOf } from '../steps/denoising-mlp.js';
import { modelOf, type Model } from '../steps/models.js';
import { enablePath, type Path } from '../steps/path.js';
import { changeTrainers, wrapTrainer } from '../steps/wrap-trainer.js';

/** Milliseconds of a step. */
export interface Spent {
  least: number;
  processor: number;
}

/** The output of this program. */
export interface Replayed {
  readonly usual: Spent;
  readonly replayed: Spent;
}

const [name = '', threads = '1', path = 'narrow', turns = '40', steps = '25'] = process.argv.slice(2);
const points: Model = () => {
  const createDiffusionTrainer: typeof library.createDiffusionTrainer = (options) =>
    wrapTrainer(library.createDiffusionTrainer(options));
  const step = denoisingMlpOf(tf, { ...library, createDiffusionTrainer });
  return () => step().dispose();
};
const model = name === 'points diffusion' ? points : modelOf(name)!;

await enablePath(Number(threads), path as Path);
await tf.setBackend('wasm');
const kinds = [0, 1].map((i) => {
  if (i === 1) changeTrainers(replay);
  return { step: model(), least: Infinity, microseconds: 0 };
});
for (const { step } of kinds) for (let i = 0; i < 20; i++) await step();
for (let turn = 0; turn < Number(turns); turn++) {
  for (const kind of kinds) {
    const usage = process.cpuUsage();
    for (let i = 0; i < Number(steps); i++) {
      const start = performance.now();
      await kind.step();
      kind.least = Math.min(kind.least, performance.now() - start);
    }
    const { user, system } = process.cpuUsage(usage);
    kind.microseconds += user + system;
  }
}
const [usual, replayed] = kinds.map(({ least, microseconds }): Spent => {
  return { least, processor: microseconds / 1000 / Number(turns) / Number(steps) };
});
process.stdout.write(`\n${JSON.stringify({ usual, replayed })}\n`);
process.exit(0);
