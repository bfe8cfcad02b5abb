/**
 * Training steps on wasm as usual and replayed: minima of steps in turns, in one process for each model, path and number of threads.
 *
 * Run: npm run bench -- replay [--models 'points gan,vae'] [--threads 1,2] [--paths narrow,fused] [--rounds 2] [--json FILE] [--markdown]
 */
import { parseArgs } from 'node:util';
import type { Replayed } from './replay/program.js';
import { commonOptions, keepLeast, lastLineOfOwn, report, type Minima, type Row } from './report.js';

/** The steps of a turn, of which a process makes forty. */
const turns: Readonly<Record<string, number>> = {
  'points gan': 25,
  'points diffusion': 25,
  vae: 12,
  table: 12,
  transformer: 3,
  'conv vae': 6,
  dcgan: 1,
};

const { values: options } = parseArgs({
  options: {
    ...commonOptions,
    models: { type: 'string', default: Object.keys(turns).join() },
    threads: { type: 'string', default: '1,2' },
    paths: { type: 'string', default: 'narrow' },
  },
});

const minima = new Map<string, Minima>();
for (let round = 0; round < Number(options.rounds); round++) {
  for (const model of options.models.split(','))
    for (const path of options.paths.split(','))
      for (const threads of options.threads.split(',')) {
        const title = `${model}, ${path}, ${threads}`;
        const list = [model, threads, path, '40', String(turns[model] ?? 5)];
        const found = lastLineOfOwn<Replayed>('bench/replay/program.ts', list, title);
        const least = minima.get(title) ?? {};
        minima.set(title, least);
        for (const kind of ['usual', 'replayed'] as const) {
          keepLeast(least, kind, found?.[kind].least);
          keepLeast(least, `${kind} processor`, found?.[kind].processor);
        }
      }
}
const quotient = (a: number | undefined, b: number | undefined): number => (a ?? NaN) / (b ?? NaN);
const rows = [...minima].map(([title, least]): Row => ({
  'model, tiles, threads': title,
  'usual, ms': least['usual'],
  'replayed, ms': least['replayed'],
  ratio: quotient(least['replayed'], least['usual']),
  'processor, usual': least['usual processor'],
  'processor, replayed': least['replayed processor'],
}));
report({ tables: [{ title: 'Replayed steps', rows }], options });
