// Whether a run goes on from IndexedDB, in the page and in a worker, and what is said where there is no room or no database.
import * as tf from '@tensorflow/tfjs';
import { browserStore } from 'tfjs-generative/browser';
import { longRun } from './long-run.js';

const messageOf = (work) =>
  work().then(
    () => 'no error',
    ({ message }) => message,
  );

const inWorker = (part) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./storage-worker.js', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = reject;
    worker.postMessage(part);
  });

async function outcome() {
  await tf.setBackend('cpu');
  const straight = await longRun({ name: 'straight', epochs: 3 });
  await longRun({ name: 'parted', epochs: 1 });
  const first = await longRun({ name: 'parted', epochs: 1 });
  const parted = await inWorker({ name: 'parted', epochs: 1 });

  const store = browserStore({ name: 'files' });
  await store.save('b', new Uint8Array([1, 2, 3, 4]).subarray(1, 3));
  await store.save('a', new Uint8Array([5]));
  await store.save('a', new Uint8Array([6]));
  const again = browserStore({ name: 'files' });
  const kept = {
    names: await again.list(),
    a: [...(await again.load('a'))],
    b: [...(await again.load('b'))],
    buffer: (await again.load('b')).buffer.byteLength,
  };
  await again.remove('a');
  await again.remove('a');
  const refusals = {
    missing: await messageOf(() => store.load('a')),
    name: await messageOf(() => store.save('../a', new Uint8Array(1))),
  };
  // more than the test allows, of numbers that a browser cannot make smaller
  const large = new Uint8Array(2 ** 21);
  for (let i = 0; i < large.length; i += 65536) crypto.getRandomValues(large.subarray(i, i + 65536));
  refusals.full = await messageOf(() => store.save('large', large));
  for (const name of await store.list()) await store.remove(name);
  kept.after = await store.list();
  Object.defineProperty(globalThis, 'indexedDB', { value: undefined, configurable: true });
  refusals.none = await messageOf(() => browserStore({ name: 'none' }).list());
  return { straight, first, parted, kept, refusals };
}

outcome()
  .catch(({ message }) => ({ error: message }))
  .then((found) => {
    document.documentElement.dataset.outcome = JSON.stringify(found);
  });
