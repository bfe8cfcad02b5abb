/// <reference types="vite/client" />
// The worker: it reads the table, trains on wasm, and makes rows; the page only shows what it posts.
import '@tensorflow/tfjs-core';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { csvFormat } from 'd3-dsv';
import { batches, createAdam, createRandom } from 'tfjs-generative';
import { saveModel } from 'tfjs-generative/model';
import { createRun, serveRun, type RunChannel } from 'tfjs-generative/run';
import { createTableModel, createTableTrainer, describeTable, encodeTable } from 'tfjs-generative/tables';
import {
  readRow,
  sampleTable,
  tableReport,
  type ColumnKind,
  type SyntheticRow,
  type Row,
  type TableReport,
} from 'tfjs-generative/tables';
import { startWasm } from 'tfjs-generative/wasm';
import { compareWith, type ColumnBars } from './bars.js';
import { pairWith, type PairPoints } from './pair.js';
import { readCsv, type Columns } from '../shared/read-csv.js';

/** The table to learn. */
export interface Choice {
  /** The text of the file. */
  readonly text: string;
  readonly kinds: Readonly<Record<string, ColumnKind>>;
  /** The columns that are not learned. */
  readonly leftOut: readonly string[];
}

/** Texts of cells, as the page has them. */
type Texts = Readonly<Record<string, string>>;

/** What the page can request while nothing is learned: rows as a CSV file, a report, or the model as a file; and the end of these. */
export type Request = { readonly make: number; readonly known: Texts } | 'check' | 'save' | 'cancel';

/** What the worker posts. */
export type Answer =
  | LearnedRows
  | { readonly share: number }
  | { readonly csv: Blob }
  | { readonly model: Blob }
  | { readonly report: TableReport }
  | { readonly failed: string };

/** Rows that the model makes while it learns, to compare with real ones. */
export interface LearnedRows {
  readonly bars: readonly ColumnBars[];
  readonly pair: PairPoints | undefined;
  readonly rows: readonly SyntheticRow[];
  readonly real: readonly Row[];
}

/** Rows in a sample that is drawn while the model learns, and calls of the network for it. */
const [SAMPLE, STEPS] = [400, 16];
/** Samples take at most this share of the time. */
const SAMPLING = 0.2;
/** Rows that a report compares, at most. */
const CHECKED = 5000;

const started = startWasm({ paths: { 'tfjs-backend-wasm-simd.wasm': simd } });

serveRun(self, async ({ text, kinds, leftOut }: Choice, channel: RunChannel) => {
  await started;
  const post = (answer: Answer): void => channel.post(answer);
  const table = Object.fromEntries(Object.entries(readCsv(text)).filter(([name]) => !leftOut.includes(name)));
  const description = describeTable(table, { kinds });
  const random = createRandom(1);

  // a quarter of the rows is not learned: the report compares made rows with these
  const order = [...random.fork('split').permutation(description.rows)];
  const quarter = Math.floor(description.rows / 4);
  const [heldOut, training] = [rowsOf(table, order.slice(0, quarter)), rowsOf(table, order.slice(quarter))];

  const [model, average] = [0, 1].map(() => createTableModel({ description, random: random.fork('model') })) as [
    ReturnType<typeof createTableModel>,
    ReturnType<typeof createTableModel>,
  ];
  const trainer = createTableTrainer({
    model,
    optimizer: createAdam({ learningRate: 2e-3 }),
    random,
    average: { into: average, decay: 0.998 },
    clipNorm: 1,
  });
  const source = batches(encodeTable(description, training), { batchSize: 256, random });

  const [compare, pair] = [compareWith(description, training), pairWith(description, training)];
  const real = Array.from({ length: 5 }, (_, i) => rowOf(training, i));
  let sampled = { at: 0, took: 0 };
  const sample = async (_: unknown, signal?: AbortSignal): Promise<void> => {
    const now = performance.now();
    if (now - sampled.at < sampled.took / SAMPLING) return;
    const rows = await sampleTable(average, SAMPLE, { random: createRandom(2), steps: STEPS, signal });
    post({ bars: compare(rows), pair: pair?.(rows), rows: rows.slice(0, real.length), real });
    sampled = { at: performance.now(), took: performance.now() - now };
  };

  let work = new AbortController();
  const answer = async (request: Exclude<Request, 'cancel'>): Promise<Answer> => {
    const { signal } = (work = new AbortController());
    const onStep = ({ step, steps }: { step: number; steps: number }) => post({ share: step / steps });
    const draw = async (n: number, texts: Texts) =>
      sampleTable(average, n, { random, known: readRow(description, texts), signal, onStep });
    if (request === 'save') return { model: new Blob([await saveModel({ table: average })]) };
    if (request !== 'check') return { csv: new Blob([csvFormat(await draw(request.make, request.known))]) };
    const made = await draw(Math.min(CHECKED, Math.max(2, quarter)), {});
    return { report: await tableReport(training, made, { heldOut, description, random: createRandom(3), signal }) };
  };
  channel.onMessage((request: Request) => {
    work.abort(new Error('You stopped this.'));
    if (request !== 'cancel') answer(request).then(post, ({ message }: Error) => post({ failed: message }));
  });

  return {
    // the page decides how many updates each start makes
    ...createRun(trainer, source, { steps: 1e9, reportEvery: 25, onReport: sample }),
    dispose: () => {
      work.abort(new Error('The model was replaced.'));
      [trainer, model, average].forEach((owner) => owner.dispose());
    },
  };
});

function rowsOf(table: Columns, rows: readonly number[]): Columns {
  return Object.fromEntries(Object.entries(table).map(([name, cells]) => [name, rows.map((row) => cells[row]!)]));
}

function rowOf(table: Columns, row: number): Row {
  return Object.fromEntries(Object.entries(table).map(([name, cells]) => [name, cells[row]]));
}
