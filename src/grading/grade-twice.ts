import { createNumberStream, type CheckResult, type Question, type Reading } from '../testing/index.js';
import { doesNotParse } from './failures.js';

/** Measures a submission, or says why it does not parse. */
export type Measure = (questions: readonly Question[]) => Promise<readonly Reading[] | { readonly problem: string }>;

/** What one grading draws its inputs from, and asks. */
export interface Draw {
  readonly seed: number;
  ask(questions: readonly Question[]): Promise<readonly Reading[]>;
}

/** Results, and why the submission was not run. */
export interface Graded {
  readonly results: readonly CheckResult[];
  readonly problem?: string;
}

/**
 * Grades a submission, and once more with other inputs if it gives numbers but fails a check: a right answer may fail by chance, so it gets
 * all points if it passes all checks then. What does not parse gets no hint, which would be about its formula.
 */
export async function gradeTwice(
  seed: number,
  measure: Measure,
  gradeOnce: (draw: Draw) => Promise<readonly CheckResult[]>,
): Promise<Graded> {
  let problem: string | undefined;
  /** Whether every call of `ask` so far gave numbers for all questions. */
  let isComplete: boolean | undefined;
  let isJudged = true;
  const ask = async (questions: readonly Question[]): Promise<readonly Reading[]> => {
    const readings = await measure(questions);
    const isProblem = 'problem' in readings;
    isComplete = isComplete !== false && !isProblem && readings.every(({ failure }) => failure === undefined);
    isJudged &&= !isProblem && readings[0]?.failure === undefined;
    if (!isProblem) return readings;
    ({ problem } = readings);
    return questions.map(() => ({ failure: doesNotParse(readings.problem) }));
  };
  const graded = await gradeOnce({ seed, ask });
  const results = isJudged ? graded : graded.map(withoutHint);
  if (problem !== undefined) return { results, problem };
  if (isComplete !== true || results.every(({ passed }) => passed)) return { results };
  const [other] = createNumberStream(seed, 'again').integers([1], 0, 2 ** 31) as [number];
  const second = await gradeOnce({ seed: other, ask });
  return { results: second.every(({ passed }) => passed) ? second : results };
}

function withoutHint(result: CheckResult): CheckResult {
  const rest: { -readonly [K in keyof CheckResult]: CheckResult[K] } = { ...result };
  delete rest.hint;
  return rest;
}
