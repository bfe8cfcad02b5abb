/**
 * Makes training steps on wasm when it receives a message: fork bench/busy/program.ts MODEL THREADS. For each message, a number of milliseconds,
 * it works for about that long, and sends what it did.
 */
import '@tensorflow/tfjs';
import { startWasm } from '../../src/wasm/index.js';
import { modelOf } from '../steps/models.js';

/** What a program did in one turn: steps, and milliseconds by the clock and of all its threads. */
export interface Turn {
  readonly steps: number;
  readonly wall: number;
  readonly processor: number;
}

const [name = '', threads = '1'] = process.argv.slice(2);
await startWasm({ threads: Number(threads) });
const step = modelOf(name)!();
for (let i = 0; i < 3; i++) await step();
process.send!('ready');

let isWorking = Promise.resolve();
process.on('message', (milliseconds: number) => {
  isWorking = isWorking.then(() => work(milliseconds));
});
process.on('disconnect', () => process.exit());

async function work(milliseconds: number): Promise<void> {
  const [began, usage] = [performance.now(), process.cpuUsage()];
  let steps = 0;
  do {
    await step();
    steps++;
  } while (performance.now() - began < milliseconds);
  const { user, system } = process.cpuUsage(usage);
  process.send!({ steps, wall: performance.now() - began, processor: (user + system) / 1000 } satisfies Turn);
}
