import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exercise } from '../../examples/course/exercises/gaussian-kl/exercise.js';
import { gradeSubmission } from '../../src/grading/index.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'leaks-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const right = 'tf.tidy(() => tf.mul(0.5, tf.sum(tf.sub(tf.sub(tf.add(tf.exp(l), tf.square(m)), 1), l), 1)))';
const leak = 'kept.push(tf.keep(tf.ones([3])));';
/** A right answer that does something in each call, and something else when it is loaded. */
const answer = (inCall: string, atLoad = ''): string => `import * as tf from '@tensorflow/tfjs-core';
import * as fs from 'node:fs';
const kept = [];
let calls = 0;
export const gaussianKl = (m, l) => { ${inCall} return ${right}; };
${atLoad}
`;

async function grade(text: string) {
  const file = join(folder, 'answer.js');
  writeFileSync(file, text);
  return (await gradeSubmission(exercise, file, { seed: 7, seconds: 30 })).results;
}

const forged: Readonly<Record<string, string>> = {
  plainly: answer(leak),
  'with the count of tfjs patched': answer(
    leak,
    'const e = tf.engine(); const old = e.memory.bind(e); e.memory = () => ({ ...old(), numTensors: 7 });',
  ),
  'with the number itself patched': answer(
    leak,
    `Object.defineProperty(tf.engine().state, 'numTensors', { get: () => 7, set() {} });`,
  ),
  'with readings of its own': answer(leak, `for (let i = 0; i < 12; i++) fs.writeSync(3, '{"leaked":0}\\n0 {}\\n');`),
  // the fifth call is that of the check
  'with a reading of its own in its turn': answer(
    `if (++calls === 5) { fs.writeSync(3, '{"leaked":0}\\n'); process.exit(); } ${leak}`,
  ),
  'with an engine that does not track': answer(
    leak,
    'const p = Object.getPrototypeOf(tf.engine()); p.trackTensor = () => {}; p.incRef = () => {};',
  ),
  'with the backend’s count patched': answer(
    leak,
    'const p = Object.getPrototypeOf(tf.backend()); p.numDataIds = () => 0; tf.DataStorage.prototype.numDataIds = () => 0;',
  ),
  'with the backend’s own methods put back': answer(
    leak,
    `const b = tf.backend(); const { write } = Object.getPrototypeOf(b);
for (const put of [() => (b.write = write), () => Object.defineProperty(b, 'write', { value: write }), () => delete b.write]) try { put(); } catch {}`,
  ),
  'on a backend in the other’s place': answer(
    leak,
    'tf.engine().backendInstance = new (Object.getPrototypeOf(tf.backend()).constructor)();',
  ),
  'in all calls but that of the check': answer(`if (++calls !== 4) ${leak}`),
  'after the call': answer(`queueMicrotask(() => { ${leak} });`),
  'and disposes of as many that it had before': answer(
    `${leak} stock.pop().dispose();`,
    'const stock = Array.from({ length: 99 }, () => tf.keep(tf.ones([3])));',
  ),
  'the input itself, in another shape': answer('kept.push(tf.keep(tf.reshape(m, [-1])));'),
  'with a patched toJSON': answer(leak, 'Object.prototype.toJSON = function () { return { ...this, leaked: 0 }; };'),
  'with patched maps': answer(leak, 'Map.prototype.forEach = () => {}; Reflect.apply = () => 0; Math.max = () => 0;'),
  'with a patched writer': answer(
    leak,
    `const { default: all } = await import('node:fs'); const { syncBuiltinESMExports } = await import('node:module');
const old = all.writeSync; all.writeSync = (fd, text, ...rest) => old(fd, String(text).replace(/^\\d+ /, '0 '), ...rest); syncBuiltinESMExports();`,
  ),
  'with what it finds in a snapshot of the heap': answer(
    leak,
    `const v8 = await import('node:v8'); let text = ''; for await (const part of v8.getHeapSnapshot()) text += part;
for (const hex of new Set(text.match(/[0-9a-f]{32}/g))) fs.writeSync(3, Buffer.concat([Buffer.from(hex, 'hex'), Buffer.from('0 {}\\n')]));`,
  ),
  'with what it finds in the pool of buffers': answer(
    leak,
    `const pool = Buffer.from(Buffer.from('x').buffer);
for (let i = 0; i + 16 <= pool.length; i++) fs.writeSync(3, Buffer.concat([pool.subarray(i, i + 16), Buffer.from('0 {}\\n')]));`,
  ),
};

describe('an answer that leaves a tensor behind', () => {
  test.each(Object.entries(forged))('%s, keeps its other points and not that of the leak', async (_, text) => {
    const results = await grade(text);
    expect(results.at(-1)!.score).toBe(0);
    expect(results.at(-1)!.message).toMatch(/^(Each call leaks 1 tensor:|This is checked once|It ended the process)/);
  });
});

test('an answer that leaves nothing behind has the point, also with variables, references and backends named', async () => {
  const honest = `tf.setBackend('cpu'); const v = tf.variable(m); v.assign(tf.add(v, 0)); v.dispose();
const view = tf.reshape(m, [-1]); view.dispose(); tf.dispose(tf.complex(m, l)); const c = tf.clone(l); tf.dispose([c]);`;
  const results = await grade(answer(`tf.tidy(() => { ${honest} });`));
  expect(results.map(({ message }) => message)).toEqual(['Right.', 'Right.', 'Right.', 'Right.']);
});
