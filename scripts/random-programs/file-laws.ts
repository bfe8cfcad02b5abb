import type * as tf from '@tensorflow/tfjs-core';
import type * as g from '../../src/index.js';
import type * as model from '../../src/model/index.js';
import type * as onnx from '../../src/onnx/index.js';
import type * as pytorch from '../../src/pytorch/index.js';
import { startEvaluation, type Entries, type Evaluation } from './evaluate.js';
import type { FileKind, Program } from './expression.js';
import { outsOf } from './laws.js';
import { differenceOf, numbersIn } from './numbers.js';
import { Failure, isSentence } from './outcome.js';
import { makers } from './own-parts.js';
import { differenceOnOnnx } from './run-onnx.js';
import { move } from './variables.js';

/** What a program's part is saved as gives the same results when it is loaded; a file that cannot be written is refused in a sentence. */
export async function fileLaws(entries: Entries, program: Program, evaluation: Evaluation): Promise<void> {
  const { files = [], constants } = program;
  if (files.length === 0 || !constants.some(([name]) => name === 'part')) return;
  await evaluation.run(program);
  const part = evaluation.scope.get('part') as g.Part;
  // other numbers than those with which parts begin
  move([...part.variables, ...(part.buffers ?? [])], entries, 0.2);
  for (const kind of files) {
    try {
      await laws[kind]?.({ entries, program, evaluation, part });
    } catch (error) {
      if (!isSentence(error)) throw error;
    }
  }
}

interface Given {
  readonly entries: Entries;
  readonly program: Program;
  readonly evaluation: Evaluation;
  readonly part: g.Part;
}

const laws: Readonly<Partial<Record<FileKind, (given: Given) => Promise<void>>>> = {
  model: async (given) => {
    const { saveModel, loadModel } = given.entries['model'] as unknown as typeof model;
    const loaded = (await loadModel(await saveModel(given.part), { makers })) as g.Part;
    try {
      await checkSame(given, loaded, 'a model file');
    } finally {
      loaded.dispose();
    }
  },
  weights: async (given) => {
    const { saveWeights, loadWeights } = given.entries['index'] as unknown as typeof g;
    const bytes = await saveWeights(given.part);
    await withAnother(given, async (other) => loadWeights(other, bytes), 'a file of weights');
  },
  stateDict: async (given) => {
    const { saveStateDict, loadStateDict } = given.entries['pytorch'] as unknown as typeof pytorch;
    const bytes = await saveStateDict(given.part);
    await withAnother(given, async (other) => void (await loadStateDict(other, bytes)), 'a state dict');
  },
  onnx: async ({ entries, program, evaluation, part }) => {
    const { saveOnnx } = entries['onnx'] as unknown as typeof onnx;
    const [feeds, answers, inputs] = ['feeds', 'answers', 'onnxInputs'].map(
      (name) => program.constants.find(([one]) => one === name)?.[1],
    );
    if (feeds === undefined || answers === undefined) return;
    const options = inputs ? { inputs: (await evaluation.evaluate(inputs)) as Record<string, number[]> } : {};
    const bytes = await saveOnnx(part, options);
    const given = (await evaluation.evaluate(feeds)) as Record<string, tf.Tensor>;
    const ours = await evaluation.evaluate(answers);
    const why = await differenceOnOnnx(bytes, given, ours as Record<string, tf.Tensor>);
    if (why !== undefined) throw new Failure('export', why);
  },
};

/** Loads into the part of a second run of the program, and compares. */
async function withAnother(given: Given, load: (part: g.Part) => Promise<void>, what: string): Promise<void> {
  const another = startEvaluation(given.entries);
  try {
    await another.run(given.program);
    await load(another.scope.get('part') as g.Part);
    await checkSame(given, another.scope.get('part') as g.Part, what);
  } finally {
    another.dispose();
  }
}

async function checkSame({ program, evaluation, part }: Given, loaded: g.Part, what: string): Promise<void> {
  const variablesOf = async (one: g.Part) => numbersIn([...one.variables, ...(one.buffers ?? [])], 'variables');
  const why = differenceOf(await variablesOf(part), await variablesOf(loaded), 0) ?? (await differenceOfOuts());
  if (why !== undefined) throw new Failure('resume', `${why} (before, and from ${what})`);

  async function differenceOfOuts(): Promise<string | undefined> {
    const before = await outsOf(evaluation, program);
    const { scope } = evaluation;
    const names = [...scope.keys()].filter((name) => scope.get(name) === part);
    try {
      for (const name of names) scope.set(name, loaded);
      return differenceOf(before, await outsOf(evaluation, program), 0);
    } finally {
      for (const name of names) scope.set(name, part);
    }
  }
}
