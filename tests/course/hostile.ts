/** Submissions that want points without an answer, or want to hurt the grader: a name and the text of the file. */
export const hostile: Readonly<Record<string, string>> = {};

const wrong = `import * as tf from '@tensorflow/tfjs-core';
export const gaussianKl = (mean) => tf.zeros([mean.shape[0]]);
`;
/** Does something when it is loaded, and answers with zeros. */
const atLoad = (name: string, text: string): void => void Object.assign(hostile, { [name]: `${wrong}${text}\n` });
/** Does something when it is called, and answers with zeros. */
const atCall = (name: string, text: string, imports = ''): void => {
  const source = `import * as tf from '@tensorflow/tfjs-core';\n${imports}\nexport const gaussianKl = (mean, logVariance) => { ${text}\n return tf.zeros([mean.shape[0]]); };\n`;
  Object.assign(hostile, { [name]: source });
};

// never ends
atCall('an endless loop', 'for (;;);');
atLoad('an endless loop at load', 'for (;;);');
atLoad('a promise that never settles', 'await new Promise(() => {});');
atLoad('a promise that never settles, and a timer', 'setInterval(() => {}, 10); await new Promise(() => {});');
atLoad('endless microtasks', 'const again = () => Promise.resolve().then(again); await again();');
atCall('a wait for nobody', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);');
atCall('endless recursion', 'const again = () => again() + 1; again();');
atCall('a loop that catches all', 'for (;;) { try { throw new Error("no"); } catch {} }');

// takes all memory
atCall(
  'four gigabytes of tensors',
  'const kept = []; for (let i = 0; i < 40; i++) kept.push(tf.fill([25_000_000], i + 1));',
);
atCall('an array that grows', 'const kept = []; for (;;) kept.push({ a: [1, 2, 3] });');
atCall('buffers that grow', 'const kept = []; for (;;) kept.push(Buffer.alloc(2 ** 26, 1));');
atCall('a text that doubles', 'let text = "ab"; for (;;) text = Buffer.from(text + text).toString();');

// ends the process
atLoad('an exit at load', 'process.exit(0);');
atCall('an exit in the call', 'process.exit(0);');
atCall('an abort', 'process.abort();');
atCall('a signal to itself', 'process.kill(process.pid, "SIGKILL");');
atCall('an error out of turn', 'queueMicrotask(() => { throw new Error("later"); });');
atLoad(
  'errors swallowed',
  'process.on("uncaughtException", () => {}); process.on("unhandledRejection", () => {}); throw new Error("no");',
);

// prints or writes a result
const all = `{ "score": 10, "tests": [{ "name": "values", "score": 5, "max_score": 5, "status": "passed" }] }`;
atCall('a printed result', `console.log(JSON.stringify(${all})); process.stderr.write(JSON.stringify(${all}));`);
atLoad(
  'a written result',
  `import { writeFileSync } from 'node:fs';
for (const path of ['results.json', '../results.json', '../../results.json', process.env.OUT ?? 'x', '/autograder/results/results.json'])
  try { writeFileSync(path, JSON.stringify(${all})); } catch {}`,
);
atLoad(
  'a sent verdict',
  `import { writeSync } from 'node:fs'; writeSync(3, JSON.stringify({ passed: true, score: 10, ...${all} }) + '\\n'); process.exit(0);`,
);
atLoad(
  'sent numbers',
  `import { writeSync } from 'node:fs';
for (let i = 0; i < 9; i++) writeSync(3, JSON.stringify({ tensors: [{ name: '', shape: [4], dtype: 'float32', values: [0, 1, 2, 3] }] }) + '\\n'); process.exit(0);`,
);
atLoad(
  'sent numbers that do not fit',
  `import { writeSync } from 'node:fs';
for (const values of [[1, 2], 'all', [null, {}, [], 'x'], { length: 4 }]) writeSync(3, JSON.stringify({ tensors: [{ name: '', shape: [4], dtype: 'float32', values }] }) + '\\n'); process.exit(0);`,
);
atLoad(
  'no leaks said for all',
  `import { writeSync } from 'node:fs'; for (let i = 0; i < 9; i++) writeSync(3, '{"leaked":0}\\n'); process.exit(0);`,
);
atLoad('a flood', `import { writeSync } from 'node:fs'; for (;;) writeSync(3, 'x'.repeat(2 ** 16));`);
atLoad(
  'odd lines',
  `import { writeSync } from 'node:fs'; writeSync(3, '\\u0000\\n[]\\nnull\\n7\\n{"tensors":{}}\\n{"failure":7}\\n'); process.exit(0);`,
);

// looks for the solution
atLoad(
  'a read up the tree',
  `import { readFileSync, readdirSync } from 'node:fs';
let found = 0; let path = '.'; for (let i = 0; i < 9; i++) { try { found += readdirSync((path += '/..')).length; } catch {} }
for (const file of ['/proc/self/environ', '/etc/passwd', 'ROOT/examples/course/solutions/gaussian-kl.ts']) try { found += readFileSync(file).length; } catch {}
if (found > 0) throw new Error('found ' + found);`,
);
Object.assign(hostile, {
  'our library': `export { gaussianKl } from 'tfjs-generative';`,
  'our library by its path': `import * as all from 'ROOT/dist/index.js'; export const gaussianKl = (mean, logVariance) => all.gaussianKl({ mean, logVariance });`,
  'our solution by its path': `export { gaussianKl } from 'ROOT/examples/course/solutions/gaussian-kl.ts';`,
  'our library by require': `import { createRequire } from 'node:module'; const all = createRequire('ROOT/')('./dist/index.cjs'); export const gaussianKl = (mean, logVariance) => all.gaussianKl({ mean, logVariance });`,
});

// patches what measures it
atCall('tensors that lie', 'Object.getPrototypeOf(mean).data = async () => new Float32Array(4).fill(1);');
atLoad('patched JSON', `JSON.stringify = () => '{"passed":true,"score":10}'; JSON.parse = () => ({ passed: true });`);
atLoad(
  'patched timers',
  'globalThis.setTimeout = () => 0; globalThis.clearTimeout = () => 0; globalThis.Date = class { static now() { return 0; } }; for (;;);',
);
atLoad(
  'patched prototypes',
  `Object.defineProperty(Object.prototype, 'passed', { get: () => true }); Object.prototype.score = 10; Array.prototype.every = () => true; Array.prototype.map = () => [];`,
);
atLoad(
  'patched numbers',
  'Number.isFinite = () => true; Math.abs = () => 0; Object.is = () => true; Number.isNaN = () => false;',
);
atLoad('another process object', 'globalThis.process = { exit() {}, kill() {} };');

// answers with what is no tensor
const returns = (name: string, value: string): void =>
  void Object.assign(hostile, { [name]: `export const gaussianKl = () => (${value});` });
returns(
  'a tensor that is none',
  `{ dataId: {}, shape: [4], dtype: 'float32', data: async () => [0.5, 0.5, 0.5, 0.5] }`,
);
returns(
  'getters that lie',
  `{ dataId: {}, get shape() { return Math.random() < 0.5 ? [4] : []; }, get dtype() { return 'float32'; }, async data() { return { length: 4, 0: { valueOf: () => 1 } }; } }`,
);
returns(
  'a proxy that agrees',
  `new Proxy(function () {}, { get: (_, key) => (key === 'then' ? undefined : key === Symbol.toPrimitive ? () => NaN : true), has: () => true })`,
);
returns(
  'an error with a getter that never ends',
  `(() => { throw Object.defineProperty(new Error(), 'message', { get() { for (;;); } }); })()`,
);

// leaves something behind
atLoad(
  'a fork that stays',
  `import { spawn } from 'node:child_process'; spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).unref();`,
);
atLoad(
  'a fork that stays without its environment',
  `import { spawn } from 'node:child_process'; spawn('sleep', ['601'], { detached: true, env: {}, cwd: '/', stdio: 'ignore' }).unref();`,
);
atLoad('a thread that stays', `import { Worker } from 'node:worker_threads'; new Worker('for (;;);', { eval: true });`);

// stops, rather than ends
atLoad('it stops itself', 'process.kill(process.pid, "SIGSTOP"); for (;;);');
atLoad(
  'signals ignored',
  `for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGALRM', 'SIGXCPU']) process.on(name, () => {});
await new Promise(() => setInterval(() => {}, 1000));`,
);
Object.assign(hostile, {
  'a module that is a promise': `export const then = () => {}; export const gaussianKl = () => 1;`,
  'a function that is a proxy': `export const gaussianKl = new Proxy(() => 1, { apply() { for (;;); } });`,
  'nothing at all': '',
  'no text': '\u0000\ufeff\u0001'.repeat(1000),
  'an answer that is far too long': `export const gaussianKl = () => 1;${' '.repeat(2 ** 19)}`,
  'an export of everything': `export * from '@tensorflow/tfjs-core'; export { zeros as gaussianKl } from '@tensorflow/tfjs-core';`,
});

// more ways to say numbers
atLoad(
  'tensors of odd names and shapes',
  `import { writeSync } from 'node:fs';
for (const tensor of [{ name: '__proto__', shape: [4], values: [1, 2, 3, 4] }, { name: '', shape: [2 ** 31, 2 ** 31], values: [] }, { name: 'constructor', shape: [0], values: [] }, { name: '', shape: [-4], values: [1] }])
  writeSync(3, JSON.stringify({ tensors: [{ dtype: 'float32', ...tensor }] }) + '\\n'); process.exit(0);`,
);
atLoad('a closed answer', `import { closeSync } from 'node:fs'; closeSync(3); await new Promise(() => {});`);
atLoad(
  'an answer in drops',
  `import { writeSync } from 'node:fs'; setInterval(() => writeSync(3, '{'), 50); await new Promise(() => {});`,
);
atLoad(
  'a million empty lines',
  `import { writeSync } from 'node:fs'; for (let i = 0; i < 16; i++) writeSync(3, '\\n'.repeat(2 ** 16)); process.exit(0);`,
);
atLoad(
  'patched arrays and tensors',
  `Array.from = () => [0.5, 0.5, 0.5, 0.5]; tf.Tensor.prototype.data = async () => Float32Array.of(0.5, 0.5, 0.5, 0.5); Float32Array.prototype[Symbol.iterator] = function* () { yield* [0.5, 0.5, 0.5, 0.5]; };`,
);

// looks for a way out
atLoad(
  'a shell through the inside of Node',
  `for (const name of ['spawn_sync', 'process_wrap', 'fs', 'worker']) try { process.binding(name); } catch {}
const { createRequire } = await import('node:module');
try { createRequire(import.meta.url)('child_process').execFileSync('sleep', ['600']); } catch {}`,
);
atLoad(
  'hooks of the loader, an inspector and a report',
  `const { register } = await import('node:module'); try { register('data:text/javascript,for(;;);'); } catch {}
try { (await import('node:inspector')).open(0); } catch {} try { process.report.writeReport('report.json'); } catch {}`,
);
atCall(
  'memory outside of the heap',
  'const kept = []; for (;;) kept.push(new WebAssembly.Memory({ initial: 1000 }), new Uint8Array(2 ** 26).fill(1));',
);
