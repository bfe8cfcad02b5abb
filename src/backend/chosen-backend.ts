import * as tf from '@tensorflow/tfjs-core';

/** Where the engine stores the name of the explicitly chosen backend; shared by all entries. */
const CHOSEN: unique symbol = Symbol.for('tfjs-generative: chosen backend') as never;
type Marked = ReturnType<typeof tf.engine> & { [CHOSEN]?: string };

/** Records that a backend was chosen by name; returns the name. */
export function chooseBackend(name: string): string {
  (tf.engine() as Marked)[CHOSEN] = name;
  return name;
}

/**
 * Warns once that training runs on `cpu`, which tfjs uses if there is nothing else: in Node without a backend's package,
 * in a page without WebGL. It does not warn those who chose `cpu` by `startBackend`, nor after `tf.enableProdMode()`.
 */
export function warnOfCpu(where: string): void {
  const engine = tf.engine() as Marked;
  if (engine.backendName !== 'cpu' || engine[CHOSEN] !== undefined || tf.env().getBool('PROD')) return;
  chooseBackend('cpu');
  // oxlint-disable-next-line no-console -- nobody would ask
  console.warn(
    `${where}: tfjs runs on its cpu backend, which trains about 100 times slower than wasm. Begin with \`await startWasm()\` ` +
      "from 'tfjs-generative/wasm' or, if you mean it, `await startBackend('cpu')` from 'tfjs-generative/backend'.",
  );
}
