/** More submissions of the kinds in hostile.ts: a name and the text of the file. */
export const moreHostile: Readonly<Record<string, string>> = {
  'percent-encoded path': `import * as tf from '@tensorflow/tfjs-core';
export const gaussianKl = (mean) => tf.zeros([mean.shape[0]]);
const s = 'file://ROOT/examples/course/%73olutions/gaussian-kl.ts'; const { gaussianKl: g } = await import(s); throw new Error('found ' + typeof g);`,
  'a data URL that imports it': `export * from 'data:text/javascript,export * from "file://ROOT/examples/course/solutions/gaussian-kl.ts"';`,
  'require of it': `import { createRequire } from 'node:module'; export const { gaussianKl } = createRequire('file://ROOT/x.js')('./examples/course/solutions/gaussian-kl.ts');`,
  'read by promises': `import * as tf from '@tensorflow/tfjs-core';
import { readFile } from 'node:fs/promises'; const text = await readFile(new URL('file://ROOT/examples/course/solutions/gaussian-kl.ts')); throw new Error('found ' + text.length);`,
  'through the root of the process': `import * as tf from '@tensorflow/tfjs-core';
import fs from 'node:fs'; let n = 0; for (const p of ['/proc/self/root', '/proc/1/root', '/proc/self/fd/0', '/dev/fd/3', '/proc/thread-self/cwd/..']) try { n += fs.readFileSync(p + 'ROOT/examples/course/solutions/gaussian-kl.ts').length; } catch {} if (n) throw new Error('found'); export const gaussianKl = () => 1;`,
  'through node_modules': `export { gaussianKl } from './node_modules/../../../ROOT/examples/course/solutions/gaussian-kl.ts';`,
  'a worker that answers': `import * as tf from '@tensorflow/tfjs-core';
export const gaussianKl = (mean) => tf.zeros([mean.shape[0]]);
import { Worker } from 'node:worker_threads'; const k = new Worker("const fs = require('fs'); for (let i = 0; i < 9; i++) fs.writeSync(3, '0 {}\\\\n')", { eval: true }); await new Promise((r) => k.on('exit', r));`,
  'a patched promise that never calls back': `import * as tf from '@tensorflow/tfjs-core';
export const gaussianKl = (mean) => tf.zeros([mean.shape[0]]);
Promise.prototype.then = function () { return this; }; Promise.resolve = () => new Promise(() => {});`,
  'a patched iterator that never ends': `import * as tf from '@tensorflow/tfjs-core';
export const gaussianKl = (mean) => tf.zeros([mean.shape[0]]);
Array.prototype[Symbol.iterator] = function* () { for (;;) yield 1; };`,
  'patched kernels': `import * as tf from '@tensorflow/tfjs-core';
export const gaussianKl = (mean) => tf.zeros([mean.shape[0]]);
for (const k of ['Sum', 'Multiply', 'Exp', 'Square']) { tf.unregisterKernel(k, 'cpu'); tf.registerKernel({ kernelName: k, backendName: 'cpu', kernelFunc: ({ inputs }) => Object.values(inputs)[0] }); }`,
  'an exit handler that never ends': `import * as tf from '@tensorflow/tfjs-core';
export const gaussianKl = (mean) => tf.zeros([mean.shape[0]]);
process.on('exit', () => { for (;;); });`,
  'exit replaced': `import * as tf from '@tensorflow/tfjs-core';
export const gaussianKl = (mean) => tf.zeros([mean.shape[0]]);
process.exit = () => {}; process.reallyExit = () => {}; setInterval(() => {}, 1000);`,
  'a console that is a proxy': `import * as tf from '@tensorflow/tfjs-core';
export const gaussianKl = (mean) => tf.zeros([mean.shape[0]]);
globalThis.console = new Proxy({}, { get: () => () => { for (;;); } });`,
  'a prepareStackTrace that never ends': `import * as tf from '@tensorflow/tfjs-core';

export const gaussianKl = (mean, logVariance) => { Error.prepareStackTrace = () => { for (;;); }; throw new Error('x');
 return tf.zeros([mean.shape[0]]); };
`,
  'an error whose name is long': `import * as tf from '@tensorflow/tfjs-core';

export const gaussianKl = (mean, logVariance) => { const e = new Error('x'.repeat(2 ** 24)); e.name = 'y'.repeat(2 ** 24); throw e;
 return tf.zeros([mean.shape[0]]); };
`,
  'throws a proxy': `import * as tf from '@tensorflow/tfjs-core';

export const gaussianKl = (mean, logVariance) => { throw new Proxy(new Error('a'), { get() { throw 1; }, getPrototypeOf() { throw 2; } });
 return tf.zeros([mean.shape[0]]); };
`,
  'a shape of a billion': `import * as tf from '@tensorflow/tfjs-core';

export const gaussianKl = (mean, logVariance) => { return tf.zeros([2 ** 30]);
 return tf.zeros([mean.shape[0]]); };
`,
  'a million outputs': `import * as tf from '@tensorflow/tfjs-core';

export const gaussianKl = (mean, logVariance) => { const o = {}; for (let i = 0; i < 1e6; i++) o['k' + i] = mean; return o;
 return tf.zeros([mean.shape[0]]); };
`,
  'an output named __proto__': `import * as tf from '@tensorflow/tfjs-core';

export const gaussianKl = (mean, logVariance) => { return JSON.parse('{"__proto__":1}', (k, v) => v === 1 ? mean : v);
 return tf.zeros([mean.shape[0]]); };
`,
  'a complex tensor': `import * as tf from '@tensorflow/tfjs-core';

export const gaussianKl = (mean, logVariance) => { return tf.complex(tf.ones([4]), tf.ones([4]));
 return tf.zeros([mean.shape[0]]); };
`,
  'all disposed': `import * as tf from '@tensorflow/tfjs-core';

export const gaussianKl = (mean, logVariance) => { tf.disposeVariables(); tf.engine().reset();
 return tf.zeros([mean.shape[0]]); };
`,
  'ticks without end in the call': `import * as tf from '@tensorflow/tfjs-core';

export const gaussianKl = (mean, logVariance) => { const again = () => process.nextTick(again); again();
 return tf.zeros([mean.shape[0]]); };
`,
  'a regular expression without end': `import * as tf from '@tensorflow/tfjs-core';

export const gaussianKl = (mean, logVariance) => { /^(a+)+$/.test('a'.repeat(40) + 'b');
 return tf.zeros([mean.shape[0]]); };
`,
  'a shared buffer of gigabytes': `import * as tf from '@tensorflow/tfjs-core';

export const gaussianKl = (mean, logVariance) => { const kept = []; for (let i = 0; i < 64; i++) kept.push(new Uint8Array(new SharedArrayBuffer(2 ** 27)).fill(1));
 return tf.zeros([mean.shape[0]]); };
`,
  'descriptors without end': `import * as tf from '@tensorflow/tfjs-core';

export const gaussianKl = (mean, logVariance) => { import('node:net').then(({ createServer }) => { for (;;) createServer().listen(0); });
 return tf.zeros([mean.shape[0]]); };
`,
  'signed by an empty token': `import * as tf from '@tensorflow/tfjs-core';
export const gaussianKl = (mean) => tf.zeros([mean.shape[0]]);
import { writeSync } from 'node:fs'; writeSync(3, Buffer.concat([Buffer.alloc(16), Buffer.from('0 {"tensors":[]}\\n')])); process.exit(0);`,
  'types that nest': `type A = ${'['.repeat(5000)}${']'.repeat(5000)};\nexport const gaussianKl = () => 1;`,
};
