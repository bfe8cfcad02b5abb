import * as control from './control.js';

/** A module, and what it imports in addition to a memory: the functions of another module, and constants. */
export interface HelperParts {
  readonly module: WebAssembly.Module;
  readonly tiles?: WebAssembly.Module;
  readonly constants?: Readonly<Record<string, number>>;
}

/** What a helper receives when it starts. */
export interface HelperTask extends HelperParts {
  readonly memory: WebAssembly.Memory;
  readonly control: SharedArrayBuffer;
  /** The word of the control block that holds this helper's state. */
  readonly state: number;
  /** The functions of the module, in the order of their numbers. */
  readonly names: readonly string[];
}

/** How long a helper looks for work before it sleeps: waking it costs about 30 microseconds, while looking occupies a CPU. */
const SPIN_MILLISECONDS = 2;

/** No function of the module has more arguments. */
const LISTED = 20;

/**
 * The program of a helper thread; the argument is the expression for its port. It is a string, not a function, since
 * bundlers rewrite functions in ways that work only within their own file.
 *
 * A helper is marked busy before it takes a job, and takes a job before it reads what the job is. The main thread does not change a
 * region while jobs are left or a helper is busy, so stale values that the helper saw before do no harm.
 */
export const helperProgram = (port: 'self' | "require('node:worker_threads').parentPort"): string => `'use strict';
const port = ${port};
function start({ module, tiles, constants, memory, control, state, names }) {
  const env = { memory };
  const imported = tiles && { ...new WebAssembly.Instance(tiles, { env }).exports, ...constants };
  const exported = new WebAssembly.Instance(module, { env, tiles: imported }).exports;
  const functions = names.map((name) => exported[name]);
  const words = new Int32Array(control);
  const numbers = new Float64Array(control, ${control.BYTES_BEFORE_NUMBERS});
  // listing a few numbers one by one takes a tenth of the time of a list; what is beyond a function's arguments is ignored
  const run = (f, at, width) => {
    if (width > ${LISTED}) f(...numbers.subarray(at, at + width));
    else f(${Array.from({ length: LISTED }, (_, i) => `numbers[at + ${i}]`).join(', ')});
  };
  port.postMessage('ready');
  let looks = 0;
  let idleSince = 0;
  for (;;) {
    const left = Atomics.load(words, ${control.JOBS_LEFT});
    if (left === 0) {
      if ((++looks & 255) !== 0) continue;
      const now = performance.now();
      if (idleSince === 0) idleSince = now;
      else if (now - idleSince > ${SPIN_MILLISECONDS}) {
        Atomics.add(words, ${control.SLEEPING_HELPERS}, 1);
        Atomics.wait(words, ${control.JOBS_LEFT}, 0);
        Atomics.sub(words, ${control.SLEEPING_HELPERS}, 1);
        idleSince = 0;
      }
      continue;
    }
    Atomics.store(words, state, ${control.BUSY});
    const isTaken = Atomics.compareExchange(words, ${control.JOBS_LEFT}, left, left - 1) === left;
    let next = ${control.IDLE};
    if (isTaken) {
      const job = left - 1;
      const width = words[${control.WIDTH}];
      const began = performance.now();
      try {
        run(functions[words[${control.FUNCTION}]], job * width, width);
      } catch {
        next = ${control.FAILED} - job;
      }
      // in place of the job's first number, which nobody needs any more
      numbers[job * width] = performance.now() - began;
      looks = 0;
      idleSince = 0;
    }
    const isGivenUp = Atomics.compareExchange(words, state, ${control.BUSY}, next) !== ${control.BUSY};
    if (Atomics.load(words, ${control.MAIN_SLEEPS}) === 1) Atomics.notify(words, state);
    if (isGivenUp || next !== ${control.IDLE}) return;
  }
}
function receive(task) {
  try {
    start(task);
  } catch (error) {
    port.postMessage(String(error));
  }
}
if (port.on) port.once('message', receive);
else port.onmessage = ({ data }) => receive(data);
port.postMessage('alive');
`;
