// Trains two models of melodies, measures them and their tunes, completes a tune, and writes MIDI, sound and a picture.
import { existsSync } from 'node:fs';
import { createRandom, saveCheckpoint, type RandomStream } from 'tfjs-generative';
import {
  encodeTunes,
  noteVocabulary,
  transposeTune,
  writeMidi,
  type NoteVocabulary,
  type Tune,
} from 'tfjs-generative/music';
import { saveFile } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { readSavedRun, resume } from '../shared/saved-run.js';
import { trainInParts } from '../shared/train-in-parts.js';
import { bitsPerNote } from './likelihood.js';
import { loadTunes } from './load-tunes.js';
import { copyRates, measureTunes, ownCopyRates, totalVariation } from './measures.js';
import { createSource, createTuneModel, recipeFor, type Kind, type Recipe } from './model.js';
import { drawRolls, type Roll } from './picture.js';
import { completeBeginning, completeEnd, metresLike, sampleTunes, tuneToComplete } from './samples.js';
import { splitTunes, type Split } from './split.js';
import { likelihoodTable, tuneTable, type LikelihoodRow, type TuneRow } from './tables.js';
import { fitTrigram, tokenRows } from './trigram.js';
import { TEMPO, writeWav } from './wav.js';

const EXAMPLE = 'melodies';
const FOLDER = `out/${EXAMPLE}`;
/** Notes at the start of a tune that are also measured alone: they repeat little of what came before. */
const FIRST = 64;
/** Estimates of the masked model's bound, from which its standard error follows. */
const REPEATS = 8;
/** Tunes of each model that are measured, and those that are written. */
const [SAMPLES, WRITTEN] = [30, 3];
/** Calls of the masked model's network for those tunes. A completed tune has one for each note. */
const CALLS = 128;
/** Number of checkpoints of each model. */
const SAVES = 10;

const options = readOptions({
  command: `npm run example -- ${EXAMPLE}`,
  about: `Trains two models of melodies, measures them, and writes tunes into ${FOLDER} as MIDI, sound and a picture.`,
  options: {
    data: { kind: 'folder', help: 'a folder of MIDI and ABC files; by default the included melodies' },
    notes: { kind: 'integer', default: 256, minimum: 8, help: 'notes in a sequence; longer tunes are cut' },
    steps: {
      kind: 'integer',
      minimum: 1,
      help: 'updates of the autoregressive model; by default 300, or 1600 for 300 tunes or more',
    },
    masked: {
      kind: 'integer',
      minimum: 1,
      help: 'updates of the masked model; by default 600, or 2000 for 300 tunes or more',
    },
    resume: { kind: 'folder', help: `continue from the checkpoints in a folder such as ${FOLDER}` },
  },
});

/** What both models share. */
interface Setting extends Split {
  readonly vocabulary: NoteVocabulary;
  readonly length: number;
  readonly recipe: Recipe;
}

run(async () => {
  const tunes = (await loadTunes(options.data)).map((tune) => transposeTune(tune, { sharps: 0 }));
  const backend = await startBackend(options);
  const random = createRandom(options.seed);
  const { training, heldOut } = splitTunes(tunes, random.fork('split'));
  const vocabulary = noteVocabulary(tunes);
  const length = Math.min(options.notes, 1 + Math.max(...tunes.map(({ notes }) => notes.length)));
  const recipe = recipeOf(training.length);
  const setting: Setting = { training, heldOut, vocabulary, length, recipe };
  console.log(`${training.length} tunes to learn from, ${heldOut.length} held out, ${vocabulary.tokens} tokens`);

  const rows: LikelihoodRow[] = [trigramRow(setting)];
  const measured: Record<string, TuneRow> = {
    training: rowOf(training, training, ownCopyRates(training).one),
    'held out': rowOf(heldOut, training),
  };
  const example = tuneToComplete(heldOut, length);
  const rolls: Roll[] = example === undefined ? [] : [{ tune: example }];
  for (const kind of ['autoregressive', 'masked'] as const) {
    const own = await runModel(kind, setting, example, random.fork(kind));
    rows.push(own.row);
    measured[kind] = rowOf(own.samples, training);
    for (const [i, tune] of own.samples.slice(0, WRITTEN).entries()) await writeTune(`${kind}-${i + 1}`, tune);
    for (const [name, roll] of Object.entries(own.completed)) await writeTune(`${kind}-${name}`, roll.tune);
    rolls.push({ tune: own.samples[0]! }, ...Object.values(own.completed));
  }
  if (example !== undefined) await writeTune('held-out', example);
  await saveFile(`${FOLDER}/tunes.png`, await drawRolls(rolls));

  console.log(`\n${likelihoodTable(rows, FIRST)}\n\n${tuneTable(measured)}\n`);
  console.log(`${FOLDER}/tunes.png, and its tunes as .mid and .wav files`);
  const sizes = { training: training.length, heldOut: heldOut.length };
  const result = { tunes: sizes, tokens: vocabulary.tokens, length, recipe, bits: rows, measured };
  await writeReport(options.json, { ...result, seed: options.seed, backend });
});

function recipeOf(tunes: number): Recipe {
  const recipe = recipeFor(tunes);
  const { steps: autoregressive = recipe.steps.autoregressive, masked = recipe.steps.masked } = options;
  return { ...recipe, steps: { autoregressive, masked } };
}

/** Trains a model, measures it, and draws tunes. */
async function runModel(kind: Kind, setting: Setting, example: Tune | undefined, random: RandomStream) {
  const { training, heldOut, vocabulary } = setting;
  const model = createTuneModel(kind, { ...setting, random });
  await teach(kind, model.trainer, setting, random);
  const { averaged } = model;
  const likelihood = { vocabulary, random: random.fork('measure') };
  const isExact = kind === 'autoregressive';
  const row: LikelihoodRow = {
    model: kind,
    ...(await bitsPerNote(averaged, heldOut, { ...likelihood, repeats: isExact ? 1 : REPEATS })),
    first: isExact
      ? (await bitsPerNote(averaged, heldOut, { ...likelihood, repeats: 1, first: FIRST })).bits
      : undefined,
    parameters: model.parameters,
    steps: setting.recipe.steps[kind],
  };
  const sampling = { vocabulary, random: random.fork('samples') };
  const metres = metresLike(training, SAMPLES);
  const samples = await sampleTunes(averaged, metres, isExact ? sampling : { ...sampling, steps: CALLS });
  const completed: Record<string, Roll> = {};
  if (example !== undefined) {
    completed['from-first-bars'] = await completeEnd(averaged, example, sampling);
    if (!isExact) completed['from-last-bars'] = await completeBeginning(averaged, example, sampling);
  }
  model.dispose();
  return { row, samples, completed };
}

async function teach(
  kind: Kind,
  trainer: ReturnType<typeof createTuneModel>['trainer'],
  { training, recipe, ...setting }: Setting,
  random: RandomStream,
): Promise<void> {
  const source = createSource(training, { ...setting, random });
  const [file, steps] = [`${kind}.safetensors`, recipe.steps[kind]];
  const saved = `${options.resume}/${file}`;
  // a run may have been stopped before the second model had a checkpoint
  const isNew = options.resume === undefined || (kind === 'masked' && !existsSync(saved));
  if (!isNew) await resume(trainer, source, await readSavedRun(saved));
  await trainInParts(trainer, source, {
    steps,
    part: Math.ceil(steps / SAVES),
    label: kind,
    shown: ({ bits }) => ({ bits }),
    save: async () => saveFile(`${FOLDER}/${file}`, await saveCheckpoint(trainer, { data: source })),
  });
}

function trigramRow({ training, heldOut, vocabulary, length }: Setting): LikelihoodRow {
  const encoding = { vocabulary, length };
  const trigram = fitTrigram(tokenRows(encodeTunes(training, encoding).x), vocabulary);
  const sequences = tokenRows(encodeTunes(heldOut, encoding).x);
  const first = trigram.bits(sequences.map((tokens) => tokens.slice(0, FIRST)));
  return { model: '3-gram', bits: trigram.bits(sequences), error: 0, first };
}

function rowOf(tunes: readonly Tune[], training: readonly Tune[], copied = copyRates(tunes, training).one): TuneRow {
  const { lengths, ...own } = measureTunes(tunes);
  const lengthDistance = totalVariation(measureTunes(training).lengths, lengths);
  return { ...own, lengths: Object.fromEntries(lengths), lengthDistance, copied };
}

async function writeTune(name: string, tune: Tune): Promise<void> {
  await saveFile(`${FOLDER}/${name}.mid`, writeMidi(tune, { tempo: TEMPO }));
  await saveFile(`${FOLDER}/${name}.wav`, writeWav(tune));
}
