// Trains a VAE and a U-Net here, then in two processes of PyTorch, then here again. `--compare` makes all updates here as well and compares the losses.
import { readFile, rm } from 'node:fs/promises';
import { createRandom, train } from 'tfjs-generative';
import { folderStore } from 'tfjs-generative/node';
import { exportRun, importRun } from 'tfjs-generative/pytorch';
import { checkPython, runProcesses } from '../pytorch/python.js';
import { startBackend } from '../shared/backend.js';
import { loadClothes } from '../shared/image-data.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { BATCH, createDiffusion, createVae, type Model } from './models.js';

const PROCESSES = 2;
const OUT = 'out/scale-out';

const options = readOptions({
  command: 'npm run example -- scale-out',
  about: 'Trains a VAE and a U-Net here, goes on in two processes of PyTorch, and comes back.',
  options: {
    steps: {
      kind: 'integer',
      default: 40,
      minimum: 1,
      help: 'updates here, the same number in PyTorch, and again here',
    },
    compare: {
      kind: 'flag',
      help: 'uses our own random numbers in PyTorch, makes all updates here as well, and prints how far losses are apart',
    },
  },
});

/** Trains here; resolves to the loss of each update. */
async function trainHere({ trainer, source }: Model, steps: number): Promise<number[]> {
  const losses: number[] = [];
  for await (const { metrics } of train(trainer, source, { steps, reportEvery: 1 })) losses.push(metrics['loss']!);
  return losses;
}

/** The losses that go_on.py wrote. */
async function lossesIn(path: string): Promise<number[]> {
  const [head, ...rows] = (await readFile(`${path}/losses.csv`, 'utf8')).trim().split('\n');
  const column = head!.split(',').indexOf('loss');
  return rows.map((row) => Number(row.split(',')[column]));
}

run(async () => {
  await checkPython();
  const backend = await startBackend(options);
  const { train: images } = await loadClothes();
  const { steps, seed, compare } = options;
  const report: Record<string, object> = {};
  for (const create of [createVae, createDiffusion]) {
    const make = (): Model => create(images, createRandom(seed).fork(create.name));
    const model = make();
    const { name, unit, trainer, data, source, random } = model;
    const path = `${OUT}/${name}`;
    const began = [await trainHere(model, steps), performance.now()] as const;
    const folder = folderStore(path);
    await rm(path, { recursive: true, force: true });
    await exportRun(trainer, {
      data,
      batchSize: BATCH,
      random,
      source,
      folder,
      steps,
      storedDraws: compare ? steps : 0,
    });
    await runProcesses(PROCESSES, [`${path}/go_on.py`, path, '--threads', '1']);
    await importRun(trainer, folder, { source });
    const seconds = (performance.now() - began[1]) / 1000;
    const losses = [...began[0], ...(await lossesIn(path)), ...(await trainHere(model, steps))];

    console.log(`${name}, loss in ${unit}`);
    const row = (where: string, from: number): void =>
      console.log(
        `  update ${from + 1} to ${from + steps} ${where}: ${losses[from]!.toFixed(5)} to ${losses[from + steps - 1]!.toFixed(5)}`,
      );
    row('here', 0);
    row(`in ${PROCESSES} processes of PyTorch, ${seconds.toFixed(0)} s with both ways`, steps);
    row('here', 2 * steps);
    report[name] = { losses, seconds };
    if (!compare) continue;
    const alone = await trainHere(make(), 3 * steps);
    const apart = Math.max(...alone.map((loss, i) => Math.abs(loss - losses[i]!) / Math.abs(loss)));
    console.log(`  at most ${apart.toExponential(1)} of the loss from ${3 * steps} updates here`);
    report[name] = { losses, seconds, alone, apart };
  }
  await writeReport(options.json, { models: report, steps, seed, processes: PROCESSES, backend });
});
