import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';

test('the quickstart, with its own options, learns and draws', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'smoke-quickstart-'));
  try {
    const [tsx, main] = ['node_modules/tsx/dist/cli.mjs', 'examples/quickstart/main.ts'].map((path) => resolve(path));
    const tsconfig = resolve('tsconfig.json');
    const { stdout } = await promisify(execFile)(process.execPath, [tsx!, '--tsconfig', tsconfig, main!], {
      cwd: folder,
    });
    // the mean of the pixels alone has -320 nats or so
    expect(Number(/ELBO\D*(-\d+(\.\d+)?)/.exec(stdout.slice(stdout.lastIndexOf('ELBO')))?.[1])).toBeGreaterThan(-260);
    const pictures = (await readdir(join(folder, 'out/quickstart'))).filter((file) => file.endsWith('.png'));
    expect(pictures.length).toBeGreaterThanOrEqual(4);
    for (const picture of pictures) {
      const { data } = PNG.sync.read(await readFile(join(folder, 'out/quickstart', picture)));
      expect(new Set(data).size, picture).toBeGreaterThan(20);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
