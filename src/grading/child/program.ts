// The process that runs a submission: questions come in on stdin, readings go out on descriptor 3, and nothing else is known here.
import { readFileSync, writeSync } from 'node:fs';
import { measureAnswer, textOf, type Question, type Reading } from '../../testing/exercises/measure.js';

/** What the process is asked to do. */
export interface Job {
  /** The function that the submission exports. */
  readonly name: string;
  readonly questions: readonly Question[];
  /** The source of the exercise's `call`. */
  readonly call?: string | undefined;
  /** Packages to import before the submission. */
  readonly packages: readonly string[];
}

const { name, questions, call, packages } = JSON.parse(readFileSync(0, 'utf8')) as Job;
const { stringify } = JSON;

/** JSON has no numbers that are not finite: they are sent as text. */
function send(reading: Reading): void {
  const finite = (_: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  writeSync(3, `${stringify(reading, finite)}\n`);
}

try {
  for (const given of packages) await import(given);
  // beside this program; a path that only the process knows
  const path = './answer.js';
  const answer = ((await import(path)) as Readonly<Record<string, unknown>>)[name];
  for (const question of questions) for (const reading of await measureAnswer(answer, [question], call)) send(reading);
} catch (error) {
  const failure = textOf(error, 'Loading it');
  questions.forEach(() => send({ failure }));
}
process.exit();
