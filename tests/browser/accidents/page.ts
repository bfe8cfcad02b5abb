// The globals of a page and its worker in the tests of accidents: tfjs and the library.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgl';
import { startBackend } from '../../../src/backend/index.js';
import { browserStore } from '../../../src/browser/index.js';
import * as main from '../../../src/index.js';
import { connectRun, createRun, keepCheckpoints, serveRun } from '../../../src/run/index.js';

interface RunSettings {
  readonly database: string;
  readonly epochs: number;
  readonly onReport?: (report: { readonly metrics: { readonly loss: number } }) => unknown;
}

/** A run that fits a line and keeps checkpoints. */
function makeRun({ database, epochs, onReport }: RunSettings) {
  const network = main.mlp({ sizes: [2, 4, 2], random: main.createRandom(1) });
  const trainer = main.createTrainer({
    name: 'line',
    parts: { network },
    optimizer: main.createAdam({ learningRate: 1e-2 }),
    random: main.createRandom(2),
    loss: ({ x, options }) => ({ loss: tf.mean(tf.square(tf.sub(network.apply(x, options), x))) }),
  });
  const keep = keepCheckpoints({ store: browserStore({ name: database }), best: { metric: 'loss', goal: 'min' } });
  const data = [1, 2, 3].map((n) => tf.fill([2, 2], n));
  const run = createRun(trainer, data, { epochs, observers: [keep], onReport });
  return { trainer, keep, run };
}

/** How a promise ended within a limit, in words. */
async function outcomeOf(work: Promise<unknown>, limit = 30_000): Promise<string> {
  const late = new Promise<string>((resolve) => setTimeout(() => resolve('HANGS'), limit));
  const outcome = work.then(
    (value) => (value as { status?: string } | undefined)?.status ?? 'done',
    (error: unknown) => String(error),
  );
  return Promise.race([outcome, late]);
}

/** Loads everything that is kept, and checks that it is not zero: returns the number of checkpoints, or a sentence. */
async function checkKept(database: string): Promise<number | string> {
  await startBackend('cpu');
  const { trainer, keep } = makeRun({ database, epochs: 1 });
  const kept = await keep.list();
  for (const which of ['latest', 'best'] as const) {
    const bytes = await keep.load(which);
    if (bytes === undefined) continue;
    await main.loadCheckpoint(trainer, bytes, { observers: null });
    const first = await Object.values(trainer.state.variables)[0]!.data();
    if (first.every((value) => value === 0)) return `${which} is zero`;
    if (kept.some(({ value }) => value === 0)) return 'a loss of zero is kept';
  }
  return kept.length;
}

/** A run whose context is lost after so many milliseconds, and restored. */
async function loseContext(database: string, after: number) {
  await startBackend('webgl');
  const { run } = makeRun({ database, epochs: 10_000 });
  const { gl } = (tf.backend() as unknown as { gpgpu: { gl: WebGL2RenderingContext } }).gpgpu;
  const extension = gl.getExtension('WEBGL_lose_context')!;
  const started = run.start();
  setTimeout(() => {
    extension.loseContext();
    setTimeout(() => extension.restoreContext(), 20);
  }, after);
  const start = await outcomeOf(started);
  return { start, stop: await outcomeOf(run.stop()), kept: await checkKept(database) };
}

/** A run in one of two tabs, which starts at a given time and continues until the other tab's run has ended. */
async function trainInTab(database: string, time: number) {
  await startBackend('cpu');
  const losses: number[] = [];
  const onReport: RunSettings['onReport'] = ({ metrics }) => losses.push(metrics.loss);
  const { run, keep } = makeRun({ database, epochs: 1e6, onReport });
  const tabs = new BroadcastChannel(database);
  tabs.onmessage = () => void run.stop();
  await new Promise((resolve) => setTimeout(resolve, time - Date.now()));
  const end = await outcomeOf(run.start());
  tabs.postMessage(end);
  return { end, step: run.snapshot().step, losses, kept: await keep.list() };
}

/** A worker that is ended after so many milliseconds. */
async function endWorker(database: string, script: string, after: number) {
  const worker = new Worker(script);
  const run = connectRun(worker, { settings: { database, epochs: 100_000 }, timeout: 8000 });
  const started = run.start();
  setTimeout(() => worker.terminate(), after);
  const start = await outcomeOf(started);
  return { start, stop: await outcomeOf(run.stop()), kept: await checkKept(database) };
}

/** Whether a database can be removed while a store has it open, and used again. */
async function removeDatabase(database: string) {
  const store = browserStore({ name: database });
  await store.save('a', Uint8Array.of(1));
  const removed = new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(database);
    request.onsuccess = resolve;
    request.onblocked = () => reject(new Error('blocked'));
  });
  const outcome = await outcomeOf(removed);
  await store.save('b', Uint8Array.of(2));
  return { outcome, names: await store.list() };
}

const accidents = { loseContext, trainInTab, endWorker, checkKept, removeDatabase };
export type Accidents = typeof accidents;

if (typeof document === 'undefined') {
  serveRun(self as never, async (settings: RunSettings) => {
    await startBackend('cpu');
    return makeRun(settings).run;
  });
}
Object.assign(globalThis, { accidents });
