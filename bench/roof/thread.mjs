// One thread of the measurement of the roof. Told when to start, on the clock of Date.now(), and how long to measure.
/* global WebAssembly */
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';

const { turn } = new WebAssembly.Instance(workerData).exports;
// some 50 ms: longer than a thread keeps a processor that it shares
const TURNS = 60_000_000;
const OPERATIONS = 12 * 4;

parentPort.on('message', ({ start, milliseconds }) => {
  while (Date.now() < start);
  let best = 0;
  for (const end = performance.now() + milliseconds; performance.now() < end;) {
    const begin = performance.now();
    turn(TURNS, 1024);
    best = Math.max(best, (TURNS * OPERATIONS) / (performance.now() - begin) / 1e6);
  }
  parentPort.postMessage(best);
});
