import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { batches, type BatchData, type Trainer } from '../../../src/index.js';
import { decodeSafetensors } from '../../support/safetensors.js';

const PYTHON = '/usr/bin/python3';
const drive = fileURLToPath(new URL('drive.py', import.meta.url));

/** What a program printed, and how it ended. */
export interface Ended {
  readonly status: number | null;
  readonly stderr: string;
}

/** Trains runs in one process or in two. */
export function trainThere(folders: readonly string[], words: readonly string[] = [], processes = 1): Ended {
  const program = [drive, '--threads', '1', ...words, '--', ...folders];
  const launch =
    processes === 1
      ? program
      : ['-m', 'torch.distributed.run', '--nproc-per-node', String(processes), ...program];
  const env = { ...process.env, USE_LIBUV: '0', OMP_NUM_THREADS: '1', GLOO_SOCKET_IFNAME: 'lo' };
  const { status, stderr } = spawnSync(PYTHON, launch, { encoding: 'utf8', env });
  return { status, stderr };
}

/** The metrics of each step by their names. */
export function lossesOf(folder: string): Record<string, number[]> {
  const [head, ...rows] = readFileSync(`${folder}/losses.csv`, 'utf8').trim().split('\n');
  const numbers = rows.map((row) => row.split(',').map(Number));
  return Object.fromEntries(head!.split(',').map((name, i) => [name, numbers.map((row) => row[i]!)]));
}

/** The bytes of the newest state. */
export function newestState(folder: string): Buffer {
  const last = readdirSync(folder).filter((name) => name.startsWith('state-')).sort().at(-1)!; // prettier-ignore
  return readFileSync(`${folder}/${last}`);
}

/** The tensors of the newest state. */
export const stateThere = (folder: string) => decodeSafetensors('test', newestState(folder)).tensors;

/** The metrics of so many steps here, in the order of `batches`. */
export async function trainHere(
  trainer: Trainer,
  data: BatchData,
  { steps, ...options }: Parameters<typeof batches>[1] & { readonly steps: number },
): Promise<Record<string, number[]>> {
  const source = batches(data, options as Parameters<typeof batches>[1]);
  const found: Record<string, number[]> = {};
  let made = 0;
  while (made < steps)
    for await (const batch of source) {
      const metrics = { ...trainer.step(batch as tf.Tensor) } as Record<string, tf.Tensor>;
      for (const [name, value] of Object.entries(metrics)) (found[name] ??= []).push((await value.data())[0]!);
      tf.dispose([metrics, batch] as never);
      if (++made === steps) break;
    }
  return found;
}

/** The largest difference of two rows, relative to the numbers or to 1. */
export const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!) / Math.max(1, Math.abs(x))), 0);
