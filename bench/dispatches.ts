/**
 * Dispatches, uploads and processor time of training steps on WebGPU, by model and by kernel. It needs no GPU: Dawn's null device accepts
 * every command and computes nothing, so a step takes the time of the processor alone.
 *
 * Run: npm run bench -- dispatches [--models vae,unet] [--against CLONE] [--rounds 10] [--json FILE] [--markdown]
 *
 * With --against, the steps of another clone of the repository, such as one of an earlier commit, are made in turn with those of this one.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Kernel, Steps } from './dispatches/step.js';
import { commonOptions, report, type Row, type Table } from './report.js';
import { chosen } from './steps/compare.js';

const { values: options } = parseArgs({
  options: {
    ...commonOptions,
    rounds: { type: 'string', default: '10' },
    models: { type: 'string' },
    against: { type: 'string' },
  },
});

/** The models by their names in the tables. The null device is too small for a U-Net's 64 pictures. */
const models = chosen(
  { vae: 'vae', 'denoising mlp': 'denoising mlp', dcgan: 'dcgan', unet: 'unet step 16x28x1x32' },
  options.models,
);
/** Steps of a round. */
const STEPS = 16;

interface Measured extends Steps {
  readonly least: number;
  readonly median: number;
}

/** The steps of this clone, and of the other one if there is one, in turn. */
async function measure(model: string): Promise<Measured[]> {
  const program = fileURLToPath(new URL('dispatches/step.ts', import.meta.url));
  const clones = [fileURLToPath(new URL('..', import.meta.url)), ...(options.against ? [options.against] : [])];
  const children = clones.map((clone) => fork(program, [model, clone], { execArgv: ['--import', 'tsx'] }));
  try {
    await Promise.all(children.map(reply));
    const results: Steps[][] = children.map(() => []);
    for (let round = 0; round < Number(options.rounds); round++) {
      for (const [i, child] of children.entries()) {
        child.send(STEPS);
        results[i]!.push((await reply(child)) as Steps);
      }
    }
    return results.map(summary);
  } finally {
    for (const child of children) child.kill();
  }
}

/** The next message of a program. */
function reply(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => {
      reject(new Error(`a program of the bench ended with ${code}`));
    };
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}

function summary(rounds: readonly Steps[]): Measured {
  const times = rounds.flatMap((round) => round.times).sort((one, other) => one - other);
  const kernels = Object.entries(rounds[0]!.kernels).map(([name, kernel]): [string, Kernel] => {
    const milliseconds = Math.min(...rounds.map((round) => round.kernels[name]!.milliseconds));
    return [name, { ...kernel, milliseconds }];
  });
  return {
    ...rounds[0]!,
    kernels: Object.fromEntries(kernels),
    least: times[0]!,
    median: times[times.length >> 1]!,
  };
}

const all: (readonly [string, readonly Measured[]])[] = [];
for (const [name, model] of Object.entries(models)) all.push([name, await measure(model)]);

const steps = all.map(([model, [now, before]]): Row => {
  const { sent, least, median } = now!;
  return {
    'a step': model,
    dispatches: sent.dispatches,
    'uploaded tensors': sent.tensors,
    uniforms: sent.uniforms,
    'new buffers': sent.buffers,
    'ms, least': least,
    'ms, median': median,
    'dispatches before': before?.sent.dispatches,
    'tensors before': before?.sent.tensors,
    'ms before, least': before?.least,
    'ms before, median': before?.median,
    ratio: before && least / before.least,
  };
});

/** A row for each name, with the largest first, and a column for each model. */
function byName(title: string, counts: (measured: Measured) => Readonly<Record<string, number>>): Table {
  const lists = all.map(([model, [now, before]]) => ({ model, now: counts(now!), before: before && counts(before) }));
  const names = new Set(lists.flatMap(({ now, before }) => [...Object.keys(now), ...Object.keys(before ?? {})]));
  const total = (name: string): number => lists.reduce((sum, { now }) => sum + (now[name] ?? 0), 0);
  const rows = [...names].map((name): Row => {
    const cells = lists.flatMap(({ model, now, before }) => [
      [model, now[name] ?? 0],
      [`${model} before`, before && (before[name] ?? 0)],
    ]);
    return { [title]: name, ...(Object.fromEntries(cells) as Row) };
  });
  return { title, rows: rows.sort((one, other) => total(other[title] as string) - total(one[title] as string)) };
}

/** A row for each kernel, with what it did itself or by the kernels that it called. */
function byKernel(model: string, { kernels, least }: Measured): Table {
  const list = Object.entries(kernels).sort(([, one], [, other]) => other.milliseconds - one.milliseconds);
  const inside = list.reduce((sum, [, { milliseconds }]) => sum + milliseconds, 0);
  const rows = list.map(([kernel, { calls, dispatches, tensors, buffers, milliseconds }]): Row => {
    return { kernel, calls, dispatches, 'uploaded tensors': tensors, 'new buffers': buffers, ms: milliseconds };
  });
  return {
    title: `${model}, by kernel`,
    rows: [...rows, { ...nothing, kernel: 'between kernels', ms: Math.max(0, least - inside) }],
  };
}
const nothing: Row = { calls: undefined, dispatches: 0, 'uploaded tensors': 0, 'new buffers': 0 };

const kernelTables = all.flatMap(([model, [now, before]]) => [
  byKernel(model, now!),
  ...(before ? [byKernel(`${model} before`, before)] : []),
]);

report({
  tables: [
    { title: 'Steps on the null device', rows: steps },
    byName('dispatches by program', ({ programs }) => programs),
    ...kernelTables,
  ],
  options,
});
