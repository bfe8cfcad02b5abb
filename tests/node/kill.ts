import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { createRandom, loadWeights, mlp, saveWeights } from '../../src/index.js';
import { loadFile, saveFile } from '../../src/node/index.js';
import { bundleOf } from '../support/bundle.js';

/**
 * Kills a program that writes a file for ever, at moments spread over many writes: the file is a whole one of its each time, and
 * the next save removes what the killed ones have left.
 *
 * @returns how many of the kills left a hidden file, which came in the middle of a write
 */
export async function killWrites(kills: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'killed-'));
  const path = join(folder, 'model.safetensors');
  const program = bundleOf('tests/node/programs/save-for-ever.ts');
  const network = mlp({ sizes: [300, 300], random: createRandom(2) });
  let inTheMiddle = 0;
  let leftBefore = 0;
  try {
    for (let kill = 0; kill < kills; kill++) {
      // in this one process: of a child of its own, we would not know when it has ended
      const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      await setTimeout((kill * 7.3) % 40);
      child.kill('SIGKILL');
      await once(child, 'exit');
      await loadWeights(network, await loadFile(path));
      const [first, ...others] = await network.variables[1]!.data();
      expect(new Set(others)).toEqual(new Set([first]));
      const left = (await readdir(folder)).length - 1;
      if (left > leftBefore) inTheMiddle++;
      leftBefore = left;
    }
    await saveFile(path, await saveWeights(network));
    expect(await readdir(folder)).toEqual(['model.safetensors']);
    return inTheMiddle;
  } finally {
    network.dispose();
    await rm(folder, { recursive: true });
  }
}
