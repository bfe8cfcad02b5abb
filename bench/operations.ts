/**
 * Products, convolutions with their gradients, Adam and random numbers in isolation, compared with the SIMD roof of the
 * machine, tfjs's own kernels, the same kernels without Winograd's algorithm, and two threads.
 *
 * Run: npm run bench -- operations [--path wide] [--json FILE] [--rounds N] [--markdown]
 *
 * Rates count the additions and multiplications of the direct form, 2 * batch * height * width * filter * filter * channels in
 * * channels out for a convolution, so Winograd's algorithm, which needs fewer, may exceed the roof.
 */
import { parseArgs } from 'node:util';
import type { Measured } from './operations/measure.js';
import { commonOptions, keepLeast, lastLineOfOwn, report, type Minima, type Row } from './report.js';
import { bestRoof, measureRoof, type Roof } from './roof/roof.js';

const { values: options } = parseArgs({ options: { ...commonOptions, path: { type: 'string', default: 'narrow' } } });
const { path } = options;

let roof: Roof | undefined;
const best = new Map<string, Measured>();
for (let round = 0; round < Number(options.rounds); round++) {
  roof = bestRoof(roof, await measureRoof());
  for (const threads of [1, 2]) {
    const title = `operations on ${threads} thread${threads > 1 ? 's' : ''}`;
    for (const one of lastLineOfOwn<Measured[]>('bench/operations/measure.ts', [String(threads), path], title) ?? []) {
      const kept: Minima = best.get(one.name)?.minima ?? {};
      for (const [name, time] of Object.entries(one.minima)) keepLeast(kept, `${name} ${threads}`, time);
      best.set(one.name, { ...one, minima: kept });
    }
  }
}

/** Quotients are of times: another program's divided by this library's. */
function row({ kind, name, operations, minima }: Measured): Row {
  const { 'own 1': one, 'own 2': two, 'windows 1': windows, 'stock 1': stock } = minima;
  const forward = best.get(name.replace(/, (input|filter) gradient$/, ', forward'))?.minima['own 1'];
  const rate = (time: number | undefined): number => operations / (time ?? NaN) / 1e6;
  const quotient = (time: number | undefined, other: number | undefined): number => (time ?? NaN) / (other ?? NaN);
  const arithmetic = {
    'GF/s, 1': rate(one),
    'of the roof': rate(one) / (path === 'narrow' ? roof!.alone : roof![path as 'wide' | 'fused']),
    'GF/s, 2': rate(two),
  };
  return {
    [kind]: name,
    '1 thread, ms': one,
    '2 threads, ms': two,
    ...(kind === 'other' ? {} : { ...arithmetic, '1 / 2 threads': quotient(one, two) }),
    ...(kind === 'convolution'
      ? { 'of forward': quotient(rate(one), rate(forward)), 'im2col / Winograd': quotient(windows, one) }
      : {}),
    'tfjs, ms': stock,
    'tfjs / 1 thread': quotient(stock, one),
  };
}

const tables = (['product', 'convolution', 'other'] as const).map((kind) => ({
  title: { product: 'Products of matrices', convolution: 'Convolutions, batch 64', other: 'Other operations' }[kind],
  rows: [...best.values()].filter((one) => one.kind === kind).map(row),
}));
report({ tables, options, roof });
