import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAdam, createRandom, type RandomStream } from '../../../src/index.js';
import { folderStore } from '../../../src/node/index.js';
import { exportRun } from '../../../src/pytorch/index.js';
import { tinyVae } from '../../training/sample.js';
import { hasTorch } from '../source/run-source.js';
import { lossesOf, newestState } from './train-there.js';

const STEPS = 400;
const KILLS = 20;
const data = { data: Float32Array.from({ length: 66 }, (_, i) => (i * 0.37) % 1), shape: [11, 6] };

/** Starts torchrun with two workers; Debian's torch has no libuv, so that they meet by a file. */
async function torchrun(folder: string, at: (pid: number) => void = () => undefined): Promise<string> {
  const meeting = ['--rdzv-backend', 'c10d', '--rdzv-conf', 'store_type=file', '--rdzv-endpoint', `${folder}/meeting`, '--rdzv-id', '1', '--local-addr', '127.0.0.1']; // prettier-ignore
  const words = [...meeting, '--nproc-per-node', '2', '--max-restarts', '3', `${folder}/go_on.py`, folder, '--every', '10', '--threads', '1', '--device', 'cpu']; // prettier-ignore
  const env = { ...process.env, USE_LIBUV: '0', TORCH_DISABLE_SHARE_RDZV_TCP_STORE: '1', GLOO_SOCKET_IFNAME: 'lo', OMP_NUM_THREADS: '1' }; // prettier-ignore
  const child = spawn('/usr/bin/torchrun', words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.on('data', (piece: Buffer) => {
    const hasBegun = text.includes('step ');
    text += piece.toString();
    if (!hasBegun && text.includes('step ')) at(child.pid!);
  });
  const [status] = (await once(child, 'close')) as [number];
  expect([status, status ? text : '']).toEqual([0, '']);
  return text;
}

/** Two numbers from 0 to 1. */
async function drawn(random: RandomStream): Promise<[number, number]> {
  const both = random.uniform([2]);
  const [a, b] = await both.data();
  both.dispose();
  return [a!, b!];
}

test.skipIf(!hasTorch)(
  'a run whose worker is killed at a random moment, 20 times, ends with the bytes of an undisturbed one',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'kills-'));
    const folder = join(root, 'run');
    const { trainer } = tinyVae(createAdam({ learningRate: 0.02 }), { averaged: true, clipNorm: 1 });
    await exportRun(trainer, {
      data,
      batchSize: 4,
      random: createRandom(3),
      folder: folderStore(folder),
      steps: STEPS,
    });
    const whole = join(root, 'whole');
    cpSync(folder, whole, { recursive: true });
    await torchrun(whole);
    const chance = createRandom(7);
    let restarts = 0;
    for (let i = 0; i < KILLS; i++) {
      const killed = join(root, String(i));
      const [who, when] = await drawn(chance.fork(String(i)));
      cpSync(folder, killed, { recursive: true });
      const text = await torchrun(killed, (pid) => {
        setTimeout(() => {
          const workers = execFileSync('pgrep', ['-P', String(pid)])
            .toString()
            .trim()
            .split('\n');
          process.kill(Number(workers[Math.floor(who * workers.length)]), 'SIGKILL');
        }, when * 2000);
      });
      restarts += Number(/step 10 of.*step 10 of/s.test(text) || text.includes('SIGKILL') || text.includes('-9'));
      expect([i, newestState(killed).equals(newestState(whole))]).toEqual([i, true]);
      expect(lossesOf(killed)).toEqual(lossesOf(whole));
    }
    expect(restarts).toBeGreaterThan(KILLS / 2); // a busy machine may kill a worker only after the last step
    console.log(`${KILLS} runs ended, ${restarts} of which say that a worker was killed`);
    rmSync(root, { recursive: true });
  },
  1_200_000,
);
