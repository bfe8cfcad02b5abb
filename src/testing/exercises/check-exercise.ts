import { unusable } from '../../tensor/errors.js';
import { readOptions } from '../../tensor/options.js';
import type { Answer, Exercise, ExerciseInputs, ExerciseOutputs } from './exercise.js';
import { checkedExercise, checkFunction } from './checks.js';
import { drawCases } from './draw-cases.js';
import { agree, pairsOf } from './explain.js';
import { gradeAnswer, gradeByReadings, type CheckResult } from './grade.js';
import type { PlainTensor, Question, Reading } from './measure.js';
import { TOLERANCES } from './judge.js';
import { nest } from './numbers.js';
import { gradientsWith, valuesWith, type Named } from './reference.js';

/** Two answers of an exercise, for {@link checkExercise}. */
export interface ExerciseAnswers {
  /** The code that a student starts from; it must fail. */
  readonly stub: Answer;
  /** A right answer: it must pass. */
  readonly solution: Answer;
}

/** The number of seeds with which each mistake must be shown. */
const SEEDS = 10;

/** The fraction of pairs of mistakes that must be named; some give the same numbers. */
const PAIRS_NAMED = 0.9;

/**
 * Checks that an exercise can be graded: the reference and the solution pass all checks, the stub fails all, the sentence of each single
 * mistake is given and no other, each shows with ten seeds, nine of ten pairs that do not exclude each other are named, and hints contain
 * no code.
 *
 * @param exercise - made by {@link defineExercise}
 * @param answers - see {@link ExerciseAnswers}
 * @throws Error that says which of these fails; TypeError if an argument is wrong
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
 * await checkExercise(square, { stub: tf.neg, solution: tf.square }); // passes
 * ```
 */
export async function checkExercise(exercise: Exercise, answers: ExerciseAnswers): Promise<void> {
  const checked = checkedExercise('checkExercise', 'exercise', exercise);
  const { stub, solution } = readOptions(
    'checkExercise',
    answers,
    { stub: checkFunction, solution: checkFunction },
    'answers',
  );
  const cached = withCachedReference(checked);
  const fail = (argument: string, rule: string, seen: string): never => {
    throw unusable('checkExercise', argument, rule, { seen });
  };
  for (const [argument, results] of [
    ['exercise.reference', await gradeMistakes(cached, [])],
    ['answers.solution', await gradeAnswer('checkExercise', exercise, 'answers.solution', solution)],
  ] as const) {
    const failed = results.find(({ passed }) => !passed);
    if (failed !== undefined) fail(argument, `must pass the check '${failed.name}'`, `"${failed.message}"`);
  }
  if ((await gradeAnswer('checkExercise', exercise, 'answers.stub', stub)).some(({ passed }) => passed))
    fail('answers.stub', 'must fail', 'a pass');
  const visible = new Set<string>();
  for (const mistake of Object.keys(exercise.mistakes)) {
    const results = await gradeMistakes(cached, [mistake]);
    if (!results[0]!.passed) visible.add(mistake);
    const { message, mistakes } = firstFailed(results);
    // a student reads sentences, which some mistakes share: limits of other amounts may give the same numbers
    const isNamed = mistakes.length === 1 && exercise.mistakes[mistakes[0]!] === exercise.mistakes[mistake];
    if (!isNamed || message.includes(': either '))
      fail(
        'exercise.mistakes',
        `must distinguish '${mistake}' from all others and from a right answer`,
        `"${message}"`,
      );
  }
  const unnamed: string[] = [];
  const pairs = pairsOf(exercise);
  for (const pair of pairs) {
    const { message, mistakes } = firstFailed(await gradeMistakes(cached, pair));
    if (message === 'Right.') {
      const rule = 'must not cancel each other: inputs of other sizes may help';
      fail('exercise.mistakes', rule, `a pass with ${pair.join(' and ')}`);
    }
    // a mistake that only another check shows is named once the values are right
    const inValues = pair.filter((mistake) => visible.has(mistake));
    const isNamed = [pair, inValues].some((names) => names.length > 0 && mistakes.join() === names.join());
    if (!isNamed) unnamed.push(pair.join(' and '));
  }
  if (unnamed.length > (1 - PAIRS_NAMED) * pairs.length) {
    const rule = `must have distinct numbers for nine of ten pairs that are not listed in \`exclusive\``;
    fail('exercise.mistakes', rule, `${unnamed.length} of ${pairs.length} unnamed, such as ${unnamed[0]}`);
  }
  for (let seed = 0; seed < SEEDS; seed++) {
    const shown = drawCases('checkExercise', 'exercise', checked, seed).filter(({ check }) => check.kind !== 'leaks');
    const hidden = Object.keys(exercise.mistakes).find((name) => shown.every((each) => each.hidden.includes(name)));
    const rule = 'must change the numbers of a check by more than the tolerance, whatever is drawn';
    if (hidden !== undefined) fail('exercise.mistakes', rule, `'${hidden}', which passes all with the seed ${seed}`);
  }
  const code = exercise.hints.find((hint) => /\btf\.|=>|return /.test(hint));
  if (code !== undefined) fail('exercise.hints', 'must contain no code', `"${code}"`);
}

/** Caches the values of an exercise's reference, because all pairs of mistakes are compared with each other; it draws no picture. */
function withCachedReference(exercise: Exercise): Exercise {
  const known = new Map<string, ExerciseOutputs>();
  const texts = new WeakMap<object, string>();
  const textOf = (inputs: ExerciseInputs): string => {
    const text = texts.get(inputs) ?? JSON.stringify(inputs);
    texts.set(inputs, text);
    return text;
  };
  const reference: Exercise['reference'] = (inputs, wrong, detached) => {
    const made = Object.keys(wrong).filter((name) => wrong[name]);
    const key = [made.join(), textOf(inputs), detached === inputs ? '' : textOf(detached)].join(';');
    const outputs = known.get(key) ?? exercise.reference(inputs, wrong, detached);
    known.set(key, outputs);
    return outputs;
  };
  const rest = Object.entries(exercise).filter(([key]) => key !== 'picture');
  return { ...(Object.fromEntries(rest) as unknown as Exercise), reference };
}

function firstFailed(results: readonly CheckResult[]): Pick<CheckResult, 'message' | 'mistakes'> {
  return results.find(({ passed }) => !passed) ?? { message: 'Right.', mistakes: [] };
}

/** Grades the reference with these mistakes, as if it were an answer. */
async function gradeMistakes(exercise: Exercise, mistakes: readonly string[]): Promise<CheckResult[]> {
  const readingOf = (question: Question): Reading => {
    if (question.kind === 'leaks') return { leaked: 0 };
    const inputs = inputsOf(question);
    if (question.kind === 'values') return { tensors: tensorsOf(valuesWith(exercise, inputs, mistakes)) };
    const weights = Object.fromEntries(question.weights.map((plain) => [plain.name, plain]));
    const gradients = gradientsWith(exercise, inputs, mistakes, question.of, weights);
    return gradients === undefined ? { failure: 'It has another shape.' } : { tensors: tensorsOf(gradients) };
  };
  const ask = async (questions: readonly Question[]): Promise<Reading[]> => {
    const key = inputsOf(questions[0]!);
    const values = [mistakes, []].map((made) => valuesWith(exercise, key, made)) as [Named, Named];
    const isRight = agree(...values, TOLERANCES.values);
    // the gradients of wrong values are not looked at, nor are the calls after those of the checks
    return questions.map((question, i) => {
      return i < exercise.checks.length && (isRight || question.kind !== 'gradients') ? readingOf(question) : {};
    });
  };
  return gradeByReadings('checkExercise', 'exercise', exercise, ask, {});
}

function inputsOf(question: Question): ExerciseInputs {
  return Object.fromEntries(question.inputs.map((plain) => [plain.name, nest(plain)]));
}

function tensorsOf(outputs: Named): PlainTensor[] {
  return Object.entries(outputs).map(([name, { shape, values }]) => {
    return { name, shape, values: values.map(Math.fround), dtype: 'float32' };
  });
}
