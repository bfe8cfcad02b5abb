import { wrongKind } from '../tensor/errors.js';
import type { CheckResult } from '../testing/index.js';
import { checkResults, checkText } from './checks.js';
import { doesNotParse } from './failures.js';
import type { GradedSubmission } from './grade-submission.js';

/**
 * Writes Gradescope's `results.json`.
 *
 * @param submission - from `gradeSubmission`
 * @returns JSON, for `/autograder/results/results.json`
 * @example
 * ```ts
 * const text = gradescope({ exercise: 'gaussianKl', results: [] });
 * console.log(JSON.parse(text).score); // 0
 * ```
 * @see https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format
 */
export function gradescope(submission: GradedSubmission): string {
  const { results } = graded('gradescope', submission);
  return json({
    score: total(results, 'score'),
    output_format: 'text',
    // a submission may print anything
    stdout_visibility: 'hidden',
    tests: results.map((result) => ({
      name: result.name,
      score: result.score,
      max_score: result.maxScore,
      status: result.passed ? 'passed' : 'failed',
      output: textOf(result),
      output_format: 'text',
      visibility: 'visible',
    })),
  });
}

/** The largest picture in characters: PrairieLearn rejects a file above 1 MB. */
const MAX_PICTURE = 2 ** 19;

/**
 * Writes PrairieLearn's `results.json`. A file that does not parse is marked as not gradable, so that it uses up no attempt.
 *
 * @param submission - from `gradeSubmission`
 * @returns JSON below 1 MB, for `/grade/results/results.json`
 * @example
 * ```ts
 * const text = prairieLearn({ exercise: 'gaussianKl', results: [], problem: 'line 1: Unexpected token' });
 * console.log(JSON.parse(text).gradable); // false
 * ```
 * @see https://docs.prairielearn.com/externalGrading/
 */
export function prairieLearn(submission: GradedSubmission): string {
  const { results, problem } = graded('prairieLearn', submission);
  if (problem !== undefined) return json({ gradable: false, format_errors: [doesNotParse(problem)] });
  const maxScore = total(results, 'maxScore');
  return json({
    gradable: true,
    score: maxScore === 0 ? 0 : total(results, 'score') / maxScore,
    tests: results.map((result) => ({
      name: result.name,
      points: result.score,
      max_points: result.maxScore,
      output: textOf(result),
      ...(result.picture !== undefined &&
        result.picture.length < MAX_PICTURE && {
          images: [{ label: 'Yours and the target', url: dataUrl(result.picture) }],
        }),
    })),
  });
}

/** A picture as PrairieLearn documents it: its bytes in base64. */
function dataUrl(svg: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

/** The variables of the environment in which Classroom 50's runner describes a submission. */
const VARIABLES = {
  classroom: 'CLASSROOM',
  assignment: 'ASSIGNMENT',
  submission: 'SUBMISSION_TAG',
  commit: 'COMMIT_URL',
  release: 'RELEASE_URL',
} as const;

/**
 * Writes Classroom 50's `result.json`, which identifies the submission by the environment of the runner.
 *
 * @param submission - from `gradeSubmission`
 * @returns JSON of the schema `classroom50/result/v1`
 * @example
 * ```ts
 * const text = classroom50({ exercise: 'gaussianKl', results: [] });
 * console.log(JSON.parse(text).schema); // classroom50/result/v1
 * ```
 * @see https://github.com/foundation50/classroom50/wiki/Advanced-Autograding
 */
export function classroom50(submission: GradedSubmission): string {
  const { results } = graded('classroom50', submission);
  const { env } = process;
  // an empty text is invalid
  const about = Object.entries(VARIABLES).map(([key, name]) => [key, env[name] || 'unknown'] as const);
  return json({
    schema: 'classroom50/result/v1',
    ...Object.fromEntries(about),
    review: env['REVIEW_URL'] || env[VARIABLES.commit] || 'unknown',
    datetime: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    score: total(results, 'score'),
    'max-score': total(results, 'maxScore'),
    tests: results.map(({ name, passed, score, maxScore }) => {
      return { 'test-name': name, passed, score, 'max-score': maxScore };
    }),
  });
}

/**
 * Writes JUnit's XML, which CodeGrade, Artemis and GitLab read: a test case for each check.
 *
 * @param submission - from `gradeSubmission`
 * @returns XML
 * @example
 * ```ts
 * const text = junit({ exercise: 'gaussianKl', results: [] });
 * console.log(text.split('\n')[1]); // <testsuites tests="0" failures="0" errors="0" skipped="0">
 * ```
 * @see https://github.com/testmoapp/junitxml
 */
export function junit(submission: GradedSubmission): string {
  const { exercise, results } = graded('junit', submission);
  const failures = results.filter(({ passed }) => !passed).length;
  const cases = results.map((result) => {
    const { name, passed, message } = result;
    const start = `    <testcase classname="${xml(exercise)}" name="${xml(name)}"`;
    if (passed) return `${start}/>`;
    return `${start}>\n      <failure message="${xml(message)}" type="wrong">${xml(textOf(result))}</failure>\n    </testcase>`;
  });
  const counts = `tests="${results.length}" failures="${failures}" errors="0" skipped="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${xml(exercise)}" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** Throws unless the submission is what `gradeSubmission` resolves to. */
function graded(where: string, submission: GradedSubmission): GradedSubmission {
  if (submission === null || typeof submission !== 'object' || !('results' in submission))
    throw wrongKind(where, 'submission', 'must be what gradeSubmission resolves to', { got: submission });
  const { exercise, problem } = submission;
  checkText(where, 'submission.exercise', exercise);
  if (problem !== undefined) checkText(where, 'submission.problem', problem);
  checkResults(where, 'submission.results', submission.results);
  return submission;
}

function total(results: readonly CheckResult[], key: 'score' | 'maxScore'): number {
  return results.reduce((sum, result) => sum + result[key], 0);
}

function textOf({ message, hint }: CheckResult): string {
  return hint === undefined ? message : `${message}\nHint: ${hint}`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Escapes text for XML, and removes characters that XML 1.0 does not allow. */
function xml(text: string): string {
  const marks: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, (mark) => marks[mark]!);
}
