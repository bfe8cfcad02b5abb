import { checkInteger } from '../../tensor/checks.js';
import { unusable } from '../../tensor/errors.js';
import { readOptions } from '../../tensor/options.js';
import { checkedExercise, checkExerciseRecord, checkFunction, checkList, nameOf } from './checks.js';
import { drawCases, valueQuestion } from './draw-cases.js';
import type { Answer, Exercise } from './exercise.js';
import { byName, describeRest, judge, TOLERANCES, type Case, type Measured, type Verdict } from './judge.js';
import { measureAnswer, type PlainTensor, type Question, type Reading } from './measure.js';
import { UNCALLED } from './sentences.js';
import { drawPicture, pictureInputs } from './picture.js';
import { limitProbes, probesOf, readBehaviour } from './probes.js';
import { valuesWith, type Named } from './reference.js';

/** The result of one check of an answer. */
export interface CheckResult {
  /** The name of the check. */
  readonly name: string;
  /** Whether the answer passed it. */
  readonly passed: boolean;
  /** The points that it gave: all or none. */
  readonly score: number;
  /** The points that it can give. */
  readonly maxScore: number;
  /** A sentence for the student, which reveals neither inputs nor right values. */
  readonly message: string;
  /** The names of the mistakes that explain all numbers: none, one or two. */
  readonly mistakes: readonly string[];
  /** In the first check that failed: the requested hint. */
  readonly hint?: string;
  /** In the first check: an SVG element that shows the answer and the target, if the exercise has a picture and the answer the right shapes. */
  readonly picture?: string;
}

/** Options of {@link grade}. */
export interface GradeOptions {
  /** The seed of the inputs, an integer of at least 0; default 0. Keep it secret if points count. */
  readonly seed?: number | undefined;
  /** The hint to give, from 0 to 2; default 0. */
  readonly hint?: number | undefined;
}

/**
 * Grades a student's function by every check of the exercise, and names the mistakes that explain its numbers.
 *
 * Values and gradients are compared with the exercise's float64 reference. If they differ, every set of at most two mistakes is tried; if
 * none explains all numbers, the message describes the difference: a factor, a sign, a shape, the first wrong index. The other checks give
 * no points unless the first one passes.
 *
 * @param exercise - made by {@link defineExercise}
 * @param answer - the student's function
 * @param options - see {@link GradeOptions}
 * @returns one result for each check, in the exercise's order
 * @throws RangeError or TypeError if an option is wrong, or `answer` is not a function; Error if the exercise cannot be graded, for example
 * because its reference gives NaN. An answer that throws fails its checks
 * @remarks The answer runs in this process and can change it; if points count, use `tfjs-generative/grading`.
 * @example
 * ```ts
 * const square = defineExercise({
 *   name: 'square',
 *   mistakes: { doubled: 'it is twice the number, not its square' },
 *   hints: ['What is 3 squared?', 'Which operation takes two factors?', 'The factors are the same.'],
 *   checks: [{ kind: 'values', points: 1 }],
 *   inputs: (random) => ({ x: random.normal([3]) }),
 *   reference: ({ x }, wrong) => x.map((value) => (wrong.doubled ? 2 * value : value ** 2)),
 * });
 * const [result] = await grade(square, (x: tf.Tensor) => tf.mul(-1, tf.square(x)));
 * console.log(result!.score, result!.message); // 0 Your answer is wrong: it has the wrong sign.
 * ```
 */
export async function grade(exercise: Exercise, answer: Answer, options: GradeOptions = {}): Promise<CheckResult[]> {
  return gradeAnswer('grade', exercise, 'answer', answer, options);
}

/** {@link grade}, with errors that name the function `where` and its argument. */
export async function gradeAnswer(
  where: string,
  exercise: Exercise,
  argument: string,
  answer: Answer,
  options: GradeOptions = {},
): Promise<CheckResult[]> {
  checkExerciseRecord(where, 'exercise', exercise);
  checkFunction(where, argument, answer);
  const ask = async (questions: readonly Question[]): Promise<readonly Reading[]> => {
    const readings = await measureAnswer(answer, questions, exercise.call);
    if (readings.some(({ failure }) => failure === UNCALLED))
      throw unusable(where, 'exercise.call', 'must call the answer and return what it returns, without await', {
        seen: 'one that does not',
      });
    return readings;
  };
  return gradeByReadings(where, 'exercise', exercise, ask, options);
}

/**
 * Grades as {@link grade} does, but an answer that runs elsewhere, such as in a worker. Only plain values are exchanged.
 *
 * @param exercise - made by {@link defineExercise}
 * @param ask - sends the questions to {@link measureAnswer} and resolves to its readings; if one is missing, its check fails
 * @param options - see {@link GradeOptions}
 * @returns the same as {@link grade}
 * @throws the same errors as {@link grade}, and errors of `ask`
 * @example
 * ```ts
 * const square = defineExercise({
 *   name: 'square',
 *   mistakes: { doubled: 'it is twice the number, not its square' },
 *   hints: ['What is 3 squared?', 'Which operation takes two factors?', 'The factors are the same.'],
 *   checks: [{ kind: 'values', points: 1 }],
 *   inputs: (random) => ({ x: random.normal([3]) }),
 *   reference: ({ x }, wrong) => x.map((value) => (wrong.doubled ? 2 * value : value ** 2)),
 * });
 * const [result] = await gradeReadings(square, (questions) => measureAnswer(tf.square, questions));
 * console.log(result!.score); // 1
 * ```
 */
export async function gradeReadings(
  exercise: Exercise,
  ask: (questions: readonly Question[]) => Promise<readonly Reading[]>,
  options: GradeOptions = {},
): Promise<CheckResult[]> {
  return gradeByReadings('gradeReadings', 'exercise', exercise, ask, options);
}

type Ask = Parameters<typeof gradeReadings>[1];

/** {@link gradeReadings}, with errors that name the function `where` and its argument. */
export async function gradeByReadings(
  where: string,
  argument: string,
  task: Exercise,
  ask: Ask,
  options: GradeOptions,
): Promise<CheckResult[]> {
  const exercise = checkedExercise(where, argument, task);
  checkFunction(where, 'ask', ask);
  const { seed, hint } = readOptions(where, options, {
    seed: { is: checkInteger, default: 0, least: 0 },
    hint: { is: checkInteger, default: 0, least: 0, most: 2 },
  });
  const cases = drawCases(where, argument, exercise, seed);
  checkOrder(where, argument, exercise, cases);
  const drawn = pictureInputs(where, argument, exercise);
  const questions = cases.map(({ question }) => question);
  const pictureQuestions = drawn.map((inputs) => valueQuestion(exercise, inputs));
  const probes = probesOf(exercise, questions[0]!, cases[0]!.inputs);
  const limits = limitProbes(exercise, questions);
  const given = await ask([...questions, ...pictureQuestions, ...probes, ...limits.values()]);
  checkList(where, 'ask', given, 'readings of measureAnswer');
  const targets = [
    ...cases.map(({ expected }) => expected),
    ...drawn.map((inputs) => valuesWith(exercise, inputs, [])),
  ];
  const readings = withLeaks(withoutFloods(given, Math.max(...targets.map(sizeOf))));

  const missing: Reading = { failure: 'There was no result.' };
  const probed = readings
    .slice(questions.length + pictureQuestions.length)
    .map(({ tensors }) => tensors && byName(tensors));
  const changed = new Map([...limits.keys()].map((i, k) => [i, probed[probes.length + k]]));
  const measured = cases.map(({ inputs, check }, i): Measured | undefined => {
    const tensors = check.kind === 'values' ? readings[i]?.tensors : undefined;
    return tensors && { inputs, got: byName(tensors) };
  });
  const { inputs: keyInputs } = cases[0]!;
  const behaviour =
    measured[0] &&
    readBehaviour(exercise, keyInputs, {
      first: measured[0].got,
      probes: probed.slice(0, probes.length),
      tolerance: TOLERANCES.values,
    });
  const others = measured.slice(1).filter((other) => other !== undefined);
  const key = judge(exercise, cases[0]!, readings[0] ?? missing, { others, ...(behaviour && { behaviour }) });
  const results = cases.map((each, i) => {
    if (i === 0) return key;
    const reading = readings[i] ?? missing;
    if (key.isWrong) return blocked(exercise, each, reading, key);
    const changedValues = changed.get(i);
    return judge(exercise, each, reading, { key: keyInputs, ...(changedValues && { changed: changedValues }) });
  });
  const first = results.findIndex(({ isWrong }) => isWrong);
  const picture = drawPicture(exercise, drawn, readings.slice(cases.length));
  return results.map(({ isWrong, message, mistakes }, i) => ({
    name: nameOf(exercise.checks[i]!),
    passed: !isWrong,
    score: isWrong ? 0 : exercise.checks[i]!.points,
    maxScore: exercise.checks[i]!.points,
    message,
    mistakes,
    ...(i === first && { hint: exercise.hints[hint]! }),
    ...(i === 0 && picture !== undefined && { picture }),
  }));
}

/** Counts leaks of calls for values in the check of leaks, too, because an answer may detect which call is checked for leaks. */
function withLeaks(readings: readonly Reading[]): readonly Reading[] {
  const leaked = Math.max(...readings.map((reading: Reading | undefined) => reading?.leaked ?? -Infinity));
  return readings.map((reading: Reading) => (reading?.leaked === undefined ? reading : { ...reading, leaked }));
}

/** How many more numbers than the target an answer may have: so many are still compared with every mistake. */
const [MORE_NUMBERS, TIMES_AS_MANY] = [2 ** 12, 64];

/** Replaces readings with far more numbers than the target: a comparison with every pair of mistakes would take minutes. */
function withoutFloods(readings: readonly Reading[], size: number): readonly Reading[] {
  return readings.map((reading: Reading | undefined): Reading => {
    const numbers = sizeOf(reading?.tensors ?? []);
    if (!(numbers > MORE_NUMBERS + TIMES_AS_MANY * size)) return reading!;
    return { failure: 'Your answer is wrong: it returns far more numbers than it must.' };
  });
}

/** The number of numbers in outputs, and of outputs. */
function sizeOf(outputs: Named | readonly PlainTensor[]): number {
  return Object.values(outputs).reduce(
    (sum: number, { values }: { readonly values: readonly number[] }) => sum + values.length + 1,
    0,
  );
}

/** The result of a check while the first one fails. It describes errors that the mistakes of the first one do not explain. */
function blocked(exercise: Exercise, each: Case, reading: Reading, { mistakes }: Verdict): Verdict {
  const rest = mistakes.length > 0 ? describeRest(exercise, each, reading, mistakes) : undefined;
  const message = ['This is checked once the first check passes.', ...(rest === undefined ? [] : [rest])].join(' ');
  return { isWrong: true, message, mistakes: [] };
}

/** Throws unless all checks have the same arguments in the same order, as an answer without a `call` needs. */
function checkOrder(where: string, argument: string, { call }: Exercise, cases: readonly Case[]): void {
  if (call !== undefined) return;
  const [expected, ...others] = cases.map(({ inputs }) => Object.keys(inputs).join(', '));
  const at = others.findIndex((names) => names !== expected);
  if (at < 0) return;
  const rule = `must return ${expected} in this order, as in the first check`;
  throw unusable(where, `${argument}.checks[${at + 1}].inputs`, rule, { seen: others[at]! });
}
