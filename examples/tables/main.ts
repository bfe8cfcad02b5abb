// Learns a table, draws new rows, and compares them with real ones, and with those of a Gaussian copula.
import { basename } from 'node:path';
import { csvFormat } from 'd3-dsv';
import { createRandom } from 'tfjs-generative';
import { saveFile, terminalProgress } from 'tfjs-generative/node';
import { describeTable, sampleTable, tableReport, type Row } from 'tfjs-generative/tables';
import { startBackend } from '../shared/backend.js';
import { InputError } from '../shared/input-error.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { fitCopula, independentRows } from './copula.js';
import { learn } from './learn.js';
import { page } from './page.js';
import { picture } from './picture.js';
import { readTable, samplePath, splitRows } from './read-table.js';
import { MEASURES, resultLines, textTable, type Contender } from './results.js';

const FOLDER = 'out/tables';
/** Rows to learn from, by default three quarters, and the column that is predicted. */
const KNOWN = {
  diamonds: { learned: 40_000, target: 'price' },
  penguins: { learned: undefined, target: 'species' },
};
/** A split leaves some rows for either side. */
const LEAST_ROWS = 40;

const options = readOptions({
  command: 'npm run example -- tables',
  about: `Learns a table, draws new rows, and compares them with real ones in ${FOLDER}/index.html.`,
  options: {
    table: {
      kind: 'choice',
      choices: ['diamonds', 'penguins'],
      default: 'diamonds',
      help: 'which included table to learn',
    },
    data: { kind: 'file', help: 'your own table instead: a CSV file with a header' },
    without: { kind: 'text', help: 'columns to leave out, such as id,name' },
    target: { kind: 'text', help: 'the column that a network predicts, to measure the quality of the rows' },
    rows: { kind: 'integer', minimum: 2, help: 'how many rows to make; by default as many as are held out' },
    minutes: { kind: 'number', default: 1, minimum: 0.01, maximum: 600, help: 'how long to train' },
    updates: { kind: 'integer', minimum: 1, help: 'train for this many updates, instead of a time' },
  },
});

const inWords = (number: number): string => Math.round(number).toLocaleString('en');

run(async () => {
  const { data, table, minutes, updates, seed } = options;
  const path = data ?? samplePath(table);
  const known = data === undefined ? KNOWN[table] : undefined;
  const all = readTable(
    path,
    options.without?.split(',').map((name) => name.trim()),
  );
  if (all.length < LEAST_ROWS)
    throw new InputError(`${path} must have at least ${LEAST_ROWS} rows; got ${all.length}.`);
  const target = options.target ?? known?.target;
  if (target !== undefined && !(target in all[0]!)) throw new InputError(`--target: ${path} has no column ${target}.`);
  const random = createRandom(seed);
  const { real, heldOut } = splitRows(all, known?.learned ?? Math.round(0.75 * all.length), random.fork('split'));
  const description = describe(real);
  console.log(
    `${inWords(real.length)} rows of ${description.columns.length} columns to learn from, ${inWords(heldOut.length)} held out`,
  );
  for (const note of description.notes) console.log(note);

  const backend = await startBackend(options);
  const count = options.rows ?? heldOut.length;
  const learned = await learn({ description, rows: real, minutes, updates, random });
  const began = performance.now();
  const progress = terminalProgress({ total: 100, label: 'making rows' });
  const made = await sampleTable(learned.model, count, {
    random: random.fork('rows'),
    onStep: ({ step, steps }) => progress.update(Math.floor((100 * step) / steps)),
  });
  progress.stop();
  const sampling = (performance.now() - began) / 1000;
  console.log(
    `${inWords(learned.updates)} updates in ${inWords(learned.seconds)} s, ${inWords(count)} rows in ${inWords(sampling)} s`,
  );
  await saveFile(`${FOLDER}/rows.csv`, new TextEncoder().encode(csvFormat(made)));

  const copula = fitCopula(description, real, random.fork('copula'));
  const compare = async (name: string, rows: readonly Row[]): Promise<Contender> => {
    const report = await tableReport(real, rows, { heldOut, description, target, random: random.fork('report') });
    return { name, rows, report };
  };
  const contenders = [
    await compare('model', made),
    await compare('Gaussian copula', await copula(count, random.fork('copula rows'))),
    await compare('independent columns', await independentRows(description, real, count, random.fork('independent'))),
  ];
  console.log(textTable([['', ...MEASURES.map(([name]) => name)], ...resultLines(contenders)]));

  const name = basename(path, '.csv');
  const html = page({
    title: `${name}: real and generated rows`,
    about: `A model learned from ${inWords(real.length)} rows for ${inWords(learned.seconds)} s, and made ${inWords(count)} new rows.`,
    description,
    real,
    contenders,
  });
  await saveFile(`${FOLDER}/index.html`, new TextEncoder().encode(html));
  const drawing = picture(description, { real, made }, contenders.at(-1)!, target);
  if (drawing !== undefined) await saveFile(`${FOLDER}/picture.svg`, new TextEncoder().encode(drawing));
  const result = {
    table: name,
    updates: learned.updates,
    seconds: learned.seconds,
    sampling,
    reports: Object.fromEntries(contenders.map(({ name, report }) => [name, report])),
    seed,
    backend,
  };
  for (const file of [`${FOLDER}/report.json`, options.json]) await writeReport(file, result);
  console.log(`${FOLDER}/index.html, rows.csv and report.json`);

  function describe(rows: readonly Row[]) {
    try {
      return describeTable(rows);
    } catch (error) {
      throw new InputError(`${path}: ${(error as Error).message} Use --without NAME,NAME to leave out columns.`);
    }
  }
});
