// One thread of the measurement of the roof. A message says when to start, on the clock of Date.now(), and how long to measure.
/* global WebAssembly */
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';

const { turn } = new WebAssembly.Instance(workerData).exports;
const TURNS = 2_000_000;
const OPERATIONS = TURNS * 12 * 4;

parentPort.on('message', ({ start, milliseconds }) => {
  while (Date.now() < start);
  let [count, best] = [0, 0];
  const begin = performance.now();
  for (let now = begin; now < begin + milliseconds; count++) {
    turn(TURNS, 1024);
    const then = performance.now();
    best = Math.max(best, OPERATIONS / (then - now) / 1e6);
    now = then;
  }
  parentPort.postMessage({ best, mean: (count * OPERATIONS) / (performance.now() - begin) / 1e6 });
});
