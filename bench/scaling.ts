/**
 * A U-Net's training step and its call on pictures of many sizes, with their heap and kernels, next to PyTorch's fastest
 * setting: minima of interleaved runs in separate processes.
 *
 * Run: npm run bench -- scaling [--cells 64x32x3x32,1x128x3x32] [--what step,call] [--threads 1,2] [--paths narrow,wide,fused]
 *   [--rounds N] [--json FILE] [--markdown]
 *
 * A cell is pictures x pixels along a side x channels x width of the network, whose second level has twice that width.
 */
import { parseArgs } from 'node:util';
import { commonOptions, report, type Row } from './report.js';
import { measureRoof } from './roof/roof.js';
import { CALL, CELLS, cellOf, STEP, type Cell } from './steps/cells.js';
import { compareSteps } from './steps/compare.js';
import { PATHS } from './steps/path.js';

const { values: options } = parseArgs({
  options: {
    ...commonOptions,
    rounds: { type: 'string', default: '2' },
    cells: { type: 'string', default: CELLS.join(',') },
    what: { type: 'string', default: 'step,call' },
    threads: { type: 'string', default: '1,2' },
    paths: { type: 'string', default: PATHS.join(',') },
  },
});

/** Processes of about a second: 64 pictures of 28 x 28 take a quarter of a second for a step, and a tenth for a call. */
function stepsOf(cell: Cell, prefix: string): number {
  const cost = (cell.images / 64) * (cell.pixels / 28) ** 2 * (cell.width / 32) ** 2;
  return Math.round(Math.min(40, Math.max(3, (prefix === STEP ? 5 : 12) / cost)));
}

const prefixes = options.what.split(',').map((what) => (what === 'step' ? STEP : CALL));
const models: Record<string, number> = {};
for (const text of options.cells.split(',')) {
  const cell = cellOf(text);
  if (cell === undefined)
    throw new Error(`"${text}" is not a cell: write pictures x pixels x channels x width, as in 64x28x1x32.`);
  for (const prefix of prefixes) models[prefix + text] = stepsOf(cell, prefix);
}

const [threads, paths] = [options.threads.split(','), options.paths.split(',')];
/** PyTorch always runs with all of its settings; tfjs alone cannot train, and jax-js has no such network. */
function isWanted(program: string): boolean {
  if (program.startsWith('PyTorch')) return true;
  const [path = '', count = ''] = program.split(', ');
  return paths.includes(path) && threads.includes(count);
}

/** The largest heap of a cell, and the kernels of its step. */
const costs = new Map<string, { heap: number; kernels: number }>();

const roof = await measureRoof();
const { tables, ratios } = compareSteps('U-Nets', models, Number(options.rounds), {
  isWanted,
  heard: (model, { heap, kernels }) => {
    if (heap === undefined || kernels === undefined) return;
    costs.set(model, { heap: Math.max(heap.last, costs.get(model)?.heap ?? 0), kernels });
  },
});
const rows = [...costs].map(([model, { heap, kernels }]): Row => ({ cost: model, 'MB of heap': heap / 1e6, kernels }));
report({ tables: [...tables, { title: 'U-Nets, memory and kernels', rows }], options, roof, more: { ratios } });
