import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
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

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a program in so many processes, as torchrun does. */
async function start(program: readonly string[], processes: number): Promise<ChildProcess[]> {
  const port = String(await freePort());
  return Array.from({ length: processes }, (_, rank) => {
    const more = { RANK: String(rank), LOCAL_RANK: String(rank), WORLD_SIZE: String(processes) };
    const meeting = { MASTER_ADDR: '127.0.0.1', MASTER_PORT: port, GLOO_SOCKET_IFNAME: 'lo' };
    const env = { ...process.env, OMP_NUM_THREADS: '1', ...(processes > 1 && { ...more, ...meeting }) };
    return spawn(PYTHON, program, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  });
}

/** Trains runs one after the other in one process, or in several; `at` is called with what they print, and may end them. */
export async function trainThere(
  folders: readonly string[],
  words: readonly string[] = [],
  processes = 1,
  at: (text: string, children: readonly ChildProcess[]) => void = () => undefined,
): Promise<Ended> {
  const children = await start([drive, '--threads', '1', ...words, '--', ...folders], processes);
  let stderr = '';
  const ended = children.map(async (child) => {
    child.stderr!.on('data', (text: Buffer) => {
      stderr += text.toString();
      at(stderr, children);
    });
    const [status] = (await once(child, 'close')) as [number | null];
    return status;
  });
  const statuses = await Promise.all(ended);
  return { status: statuses.find((status) => status !== 0) ?? (statuses.includes(null) ? null : 0), stderr };
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
      const metrics = { ...trainer.step(batch) } as Record<string, tf.Tensor>;
      for (const [name, value] of Object.entries(metrics)) (found[name] ??= []).push((await value.data())[0]!);
      tf.dispose([metrics, batch] as never);
      if (++made === steps) break;
    }
  return found;
}

/** The largest difference of two rows, relative to the numbers or to 1. */
export const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!) / Math.max(1, Math.abs(x))), 0);
