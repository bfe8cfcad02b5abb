import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { consumer, write } from './consumer.js';

/** Each way to start wasm, for an ES module and for CommonJS. */
const starts: Readonly<Record<string, string>> = {
  startWasm: `await wasm.startWasm();`,
  'startWasm with one thread': `await wasm.startWasm({ threads: 1 });`,
  enableWasmTraining: `await wasm.enableWasmTraining(); await tf.setBackend('wasm');`,
  'startBackend after enableWasmTraining': `await wasm.enableWasmTraining(); await backend.startBackend('wasm');`,
  'startBackend without /wasm': `await backend.startBackend('wasm');`,
  'two starts': `await wasm.startWasm(); tf.removeBackend('cpu'); await tf.setBackend('wasm');`,
};
const modules = { tf: '@tensorflow/tfjs', wasm: 'tfjs-generative/wasm', backend: 'tfjs-generative/backend' };
/** Whether a program does not use the entry /wasm. */
const isAlone = (name: string, program: string): boolean => name === 'wasm' && !program.includes('wasm.');
const inModules = (program: string): string =>
  `${Object.entries(modules)
    .map(
      ([name, from]) =>
        `import * as ${name} from '${isAlone(name, program) ? '@tensorflow/tfjs-backend-wasm' : from}';`,
    )
    .join('\n')}\n${program}`;
const inCommonJS = (program: string): string =>
  `${Object.entries(modules)
    .map(([name, from]) => `const ${name} = require('${from}');`)
    .join('\n')}
   (async () => { ${program} })().catch((error) => setTimeout(() => { throw error; }));`;

let files = 0;
function runs(name: string, program: string): { status: number | null; stdout: string; stderr: string } {
  const isModule = name === 'mjs';
  const file = write(`uncaught-${++files}.${name}`, (isModule ? inModules : inCommonJS)(program));
  return spawnSync(process.execPath, [file], { cwd: consumer, encoding: 'utf8' });
}

const ends = {
  'an error thrown later': `setTimeout(() => { throw new Error('of the user'); });`,
  'a rejection that nobody handles': `void Promise.reject(new Error('of the user'));`,
};

const cases = Object.keys(ends).flatMap((end) => ['mjs', 'cjs'].map((kind) => [end, kind] as const));
test.each(cases)('%s on wasm ends a program as it does without wasm (%s)', (end, kind) => {
  const program = (start: string): string =>
    `${start}\nconsole.log('started ' + tf.getBackend());\n${ends[end as keyof typeof ends]}`;
  const plain = runs(kind, program(`await tf.setBackend('cpu');`));
  const shown = runs(kind, program(starts['startWasm']!));
  expect(shown.stdout).toContain('started wasm');
  expect([plain.status, shown.status]).toEqual([1, 1]);
  const sameFile = (text: string): string => text.replaceAll(/uncaught-\d+/g, 'uncaught');
  expect(sameFile(shown.stderr)).toBe(sameFile(plain.stderr));
});

test.each(Object.entries(starts))("%s leaves the process's listeners as they were", (_, start) => {
  const { stdout, stderr } = runs(
    'mjs',
    `const events = ['uncaughtException', 'unhandledRejection', 'exit', 'SIGINT'];
     const added = events.map((event) => { const own = () => undefined; process.on(event, own); return own; });
     const keys = Object.getOwnPropertyNames(process).sort().join();
     const state = () => events.map((event, i) => process.listeners(event).map((one) => one === added[i]));
     const before = state();
     // a user's own, added while wasm starts
     const during = () => undefined;
     queueMicrotask(() => process.on('uncaughtException', during));
     ${start}
     const wasAdded = process.listeners('uncaughtException').includes(during);
     process.removeListener('uncaughtException', during);
     const after = state();
     const sameKeys = keys === Object.getOwnPropertyNames(process).sort().join();
     tf.removeBackend('wasm');
     console.log(JSON.stringify({ before, after, disposed: state(), wasAdded, sameKeys }));`,
  );
  expect(stderr).toBe('');
  const { before, ...found } = JSON.parse(stdout.trim().split('\n').at(-1)!) as { before: unknown };
  expect(found).toEqual({ after: before, disposed: before, wasAdded: true, sameKeys: true });
});
