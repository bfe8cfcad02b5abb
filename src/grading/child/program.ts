// The process that runs a submission: questions come in on stdin, readings go out on descriptor 3, and nothing else is known here.
import { readFileSync, readSync, writeSync } from 'node:fs';
import { measureWith, textOf, type Question, type Reading } from '../../testing/exercises/measure.js';
import { countData } from './count-data.js';
import { TOKEN_LENGTH } from './token.js';

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

// a submission may patch all that it can reach: what is used after it is loaded is bound here
const [write, { stringify }, afterTurn, Turn] = [writeSync, JSON, setImmediate, Promise];
const end = process.exit.bind(process);

/**
 * Each line begins with these bytes, which the grader sends first and a submission cannot know: they are no text, of which a snapshot of
 * the heap would tell, and a patched prototype does not meet them.
 */
const token = readExactly(TOKEN_LENGTH);
for (const name of ['length', 'byteLength', 'byteOffset', 'buffer'] as const)
  Object.defineProperty(token, name, { value: name === 'buffer' ? undefined : token[name] });

const { name, questions, call, packages } = JSON.parse(readFileSync(0, 'utf8')) as Job;

function readExactly(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const count = readSync(0, bytes, at, size - at, null);
    if (count === 0) break;
    at += count;
  }
  return bytes;
}

/** What was left behind stands before the rest, where no patched `toJSON` is asked. JSON has no numbers that are not finite: they are sent as text. */
function send({ leaked, ...rest }: Reading): void {
  const finite = (_: string, value: unknown): unknown =>
    value === Infinity || value === -Infinity || value !== value ? `${value as number}` : value;
  const text = stringify(rest, finite);
  write(3, token, 0, TOKEN_LENGTH);
  write(3, `${leaked ?? '-'} ${text}\n`);
}

try {
  for (const given of packages) await import(given);
  const count = countData();
  // beside this program; a path that only the process knows
  const path = './answer.js';
  const answer = ((await import(path)) as Readonly<Record<string, unknown>>)[name];
  for (let i = 0; i < questions.length; i++) {
    const reading = await measureWith(answer, questions[i]!, call, count.start);
    // a tensor may be made when the call has ended
    await new Turn((resolve) => afterTurn(resolve));
    const late = count.left();
    send(reading.leaked !== undefined && late > reading.leaked ? { ...reading, leaked: late } : reading);
  }
} catch (error) {
  const failure = textOf(error, 'Loading it');
  for (let i = 0; i < questions.length; i++) send({ failure });
}
end();
