import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startWebgpu } from '../../src/node/index.js';
import { findAdapter } from '../browser/adapter.js';
import { bundleOf } from '../support/bundle.js';

const program = bundleOf('tests/node/programs/webgpu.ts');

/** Runs the program in a process of its own, which must end by itself with code 0. */
async function start(nodeWords: readonly string[], ...words: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [...nodeWords, program, ...words]);
  return JSON.parse(stdout);
}

/** Words for Node that take a package away. */
function without(name: string): string[] {
  const hook = `export const resolve = (name, context, next) => next(name === '${name}' ? 'no-such-package' : name, context);`;
  const url = `data:text/javascript,${encodeURIComponent(hook)}`;
  const register = `import { register } from 'node:module'; register(${JSON.stringify(url)});`;
  return ['--import', `data:text/javascript,${encodeURIComponent(register)}`];
}

const adapter = await findAdapter().catch(() => undefined);

describe.skipIf(adapter === undefined)('startWebgpu with an adapter', () => {
  it.each([
    ['brings tfjs and navigator.gpu together', []],
    ["starts the backend though tfjs's package looked for navigator.gpu too early", ['late']],
  ])('%s', async (_, words) => {
    const report = { adapter, software: expect.any(Boolean) };
    const expected = { reports: [report, report, report], backend: 'webgpu', same: true, sum: 40 * 50 * 60 };
    expect(await start([], ...words)).toEqual(expected);
  });

  it('says that the package of the backend is missing', async () => {
    await expect(start(without('@tensorflow/tfjs-backend-webgpu'))).rejects.toThrow(
      'startWebgpu: `@tensorflow/tfjs-backend-webgpu` must be installed; got no such package. ' +
        'Run npm i @tensorflow/tfjs-backend-webgpu.',
    );
  });
});

describe('startWebgpu without an adapter', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    expect(tf.getBackend()).toBe('cpu');
  });

  it('names the package of the system that has a driver', async () => {
    vi.stubGlobal('navigator', { gpu: { requestAdapter: () => Promise.resolve(null) } });
    await expect(startWebgpu()).rejects.toThrow(
      'startWebgpu: `adapter` must exist; got none. Install the Vulkan driver of the GPU: on Debian, libvulkan1 and mesa-vulkan-drivers.',
    );
  });

  it('names the flag of Deno', async () => {
    vi.stubGlobal('navigator', {});
    vi.stubGlobal('Deno', {});
    await expect(startWebgpu()).rejects.toThrow('got none. Start Deno with --unstable-webgpu.');
  });

  it('says that the package of WebGPU is missing', async () => {
    await expect(start(without('webgpu'))).rejects.toThrow(
      'startWebgpu: `webgpu` must be installed; got no such package. Run npm i webgpu.',
    );
  });
});
