/**
 * Judges programs: reads one line of JSON for each, and writes one. Started by scripts/random-programs.ts, in a process of its own, which
 * a program may hang or crash. With the argument `float64` all floats of the cpu backend have 64 bits, and gradients are judged; with
 * `replay`, replayed steps are.
 */
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import type * as g from '../../src/index.js';
import type { enableWasmTraining } from '../../src/wasm/index.js';
import { Missing, type Entries } from './evaluate.js';
import type { Program } from './expression.js';
import { checkSlopes } from './gradient-law.js';
import { checkLaws } from './laws.js';
import { checkReplay } from './replay-law.js';
import { hear, takeHeard } from './heard.js';
import { outcomeOfError, type Outcome } from './outcome.js';
import { removeScratch } from './own-store.js';
import { useLibrary } from './own-parts.js';

/** Reads programs until the input ends. */
export async function judgePrograms(entries: Entries): Promise<void> {
  console.log = console.info = console.warn = console.error = () => undefined;
  const index = entries['index'] as unknown as typeof g;
  useLibrary(index);
  index.repairGradients();
  hear('index/repairGradients');
  const isFloat64 = process.argv[2] === 'float64';
  if (!isFloat64)
    await (entries['wasm'] as unknown as { enableWasmTraining: typeof enableWasmTraining }).enableWasmTraining({
      threads: 1,
    });
  await tf.setBackend('cpu');
  // Node's platform asks whether an array has 32 bits by its type in V8, which no other array can have
  if (isFloat64) Object.assign(tf.env().platform, { isTypedArray: (array: unknown) => ArrayBuffer.isView(array) });
  const check = isFloat64 ? checkSlopes : process.argv[2] === 'replay' ? checkReplay : checkLaws;
  for await (const line of createInterface({ input: process.stdin })) {
    const started = process.cpuUsage();
    const outcome = await check(entries, JSON.parse(line) as Program).then(
      (): Outcome => ({ verdict: 'passed' }),
      (error: unknown): Outcome =>
        error instanceof Missing
          ? { verdict: 'refused', why: `nothing to call: ${error.message}` }
          : outcomeOfError(error),
    );
    removeScratch();
    const { user, system } = process.cpuUsage(started);
    const seconds = (user + system) / 1e6;
    process.stdout.write(`\u0001${JSON.stringify({ ...outcome, seconds, heard: takeHeard() })}\n`);
  }
}
