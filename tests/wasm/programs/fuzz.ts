/**
 * Judges cases of operations on wasm: reads lines of `operation`, a tab and a seed, and writes one line of JSON for each. Started by
 * scripts/fuzz-wasm.ts, in a process of its own, which a kernel may spoil. `stock` as argument: tfjs's own kernels.
 */
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import { repairGradients } from '../../../src/gradients/repair.js';
import { enableWasmTraining } from '../../../src/wasm/index.js';
import { canary } from '../fuzz/canary.js';
import { drawOf } from '../fuzz/draw.js';
import type { Filling } from '../fuzz/fuzz-case.js';
import { isReferenceSound, judge, type Judgement } from '../fuzz/judge.js';
import { operations } from '../fuzz/operations.js';

/** What this program writes for a case. */
export interface CaseReport {
  readonly options: object;
  readonly value: Judgement;
  readonly gradients?: Judgement | undefined;
  /** The same of inputs with NaN and infinities. */
  readonly special?: Judgement | undefined;
  readonly specialGradients?: Judgement | undefined;
  /** Whether cpu's gradients are those of its values. */
  readonly isSound?: boolean | undefined;
}

// the library's own gradients, where tfjs's are wrong on every backend
repairGradients();
if (process.argv[2] !== 'stock') await enableWasmTraining({ threads: 1 });
if (!(await tf.setBackend('wasm'))) throw new Error('wasm did not start');
const healthy = await canary();

async function report(operation: string, seed: number): Promise<CaseReport> {
  const one = operations[operation]!(drawOf(seed));
  const of = (ofGradients: boolean, filling: Filling): Promise<Judgement> =>
    checked(() => judge(one, seed, { ofGradients, filling }));
  const { options } = one;
  const value = await of(false, 'finite');
  if (value.verdict === 'crash' || value.verdict === 'refused everywhere') return { options, value };
  const isFloat = one.inputs.some(({ dtype = 'float32' }) => dtype === 'float32');
  const special = isFloat ? await of(false, 'special') : undefined;
  if (special?.verdict === 'crash' || one.isDifferentiable === false) return { options, value, special };
  const gradients = await of(true, 'finite');
  const isSound = gradients.verdict === 'refused everywhere' ? undefined : await isReferenceSound(one, seed);
  if (gradients.verdict === 'crash' || one.hasSpecialGradients === false)
    return { options, value, special, gradients, isSound };
  return { options, value, special, gradients, specialGradients: await of(true, 'special'), isSound };
}

/** A case after which the canary differs has spoiled the process. */
async function checked(run: () => Promise<Judgement>): Promise<Judgement> {
  const judgement = await run();
  const state = await canary().catch((error: Error) => `throws ${error.message}`);
  if (state === healthy) return judgement;
  return { verdict: 'crash', why: `later kernels fail; ${judgement.verdict}: ${judgement.why ?? ''}` };
}

for await (const line of createInterface({ input: process.stdin })) {
  const [operation, seed] = line.split('\t') as [string, string];
  process.stdout.write(`\u0001${JSON.stringify(await report(operation, Number(seed)))}\n`);
}
