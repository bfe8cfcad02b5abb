/**
 * An exported run in PyTorch: its step over the same step by hand, and the steps a second of two processes over one.
 *
 * Run: npm run bench -- pytorch [--rounds 12] [--steps 100] [--json FILE] [--markdown]
 *
 * Steps are milliseconds on one thread, minima of `--rounds` rounds in turns. `processes` are the best rates of three runs in turns of `go_on.py`, one thread
 * a process, with its draws, files and start.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRandom } from 'tfjs-generative';
import { folderStore } from 'tfjs-generative/node';
import { exportRun } from 'tfjs-generative/pytorch';
import { startWasm } from 'tfjs-generative/wasm';
import { BATCH, createDiffusion, createVae } from '../examples/scale-out/models.js';
import { commonOptions, lastLineOf, report, type Row } from './report.js';

const { values: options } = parseArgs({
  options: { ...commonOptions, rounds: { type: 'string', default: '12' }, steps: { type: 'string', default: '100' } },
});
const python = process.env['PYTHON'] ?? '/usr/bin/python3';
const program = fileURLToPath(new URL('pytorch/steps.py', import.meta.url));
const alone = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', OMP_WAIT_POLICY: 'passive', USE_LIBUV: '0' };

/** Steps a second of a run in so many processes, as it says itself. */
async function rateOf(folder: string, processes: number): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  const meeting = { WORLD_SIZE: String(processes), MASTER_ADDR: '127.0.0.1', MASTER_PORT: String(port), GLOO_SOCKET_IFNAME: 'lo' }; // prettier-ignore
  const words = [join(folder, 'go_on.py'), folder, '--threads', '1'];
  const running = Array.from({ length: processes }, async (_, rank) => {
    const env = { ...process.env, ...alone, ...(processes > 1 && { ...meeting, RANK: String(rank) }) };
    const child = spawn(python, words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text: Buffer) => void (said += text.toString()));
    await once(child, 'close');
    return said;
  });
  return Number(/([\d.]+) steps a second/.exec((await Promise.all(running)).join(''))?.[1]);
}

await startWasm();
const random = createRandom(1);
const pixels = Uint8Array.from({ length: 2 * BATCH * 784 }, (_, i) => (i * 31) % 256);
const images = { images: { data: pixels, shape: [2 * BATCH, 28, 28, 1] }, labels: [] } as never;
const [steps, processes]: [Row[], Row[]] = [[], []];
for (const [kind, create] of [
  ['vae', createVae],
  ['unet', createDiffusion],
] as const) {
  // prettier-ignore
  const { name, trainer, data } = create(images, random.fork(kind));
  const folders = Array.from({ length: 7 }, () => mkdtempSync(join(tmpdir(), 'exported-')));
  const seed = { data, batchSize: BATCH, random, steps: Number(options.steps) };
  for (const folder of folders) await exportRun(trainer, { ...seed, folder: folderStore(folder) });
  const [first, ...others] = folders as [string, ...string[]];
  const least = lastLineOf<Record<string, number>>(python, [program, first, kind, options.rounds], name, alone);
  steps.push({ model: name, 'exported, ms': least?.['exported'], 'by hand, ms': least?.['by hand'], ratio: least && least['exported']! / least['by hand']! }); // prettier-ignore
  const rates: [number[], number[]] = [[], []];
  for (const [i, folder] of others.entries()) rates[i % 2]!.push(await rateOf(folder, (i % 2) + 1));
  const [one, two] = rates.map((all) => Math.max(...all)) as [number, number];
  processes.push({ model: name, 'one, steps a second': one, 'two, steps a second': two, ratio: two / one });
  for (const folder of folders) rmSync(folder, { recursive: true });
}
report({
  tables: [
    { title: 'A step in PyTorch', rows: steps },
    { title: 'Two processes over one', rows: processes },
  ],
  options,
});
