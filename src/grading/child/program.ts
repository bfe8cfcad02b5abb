// The process that reads and runs a submission: it gets its text and then questions from stdin, and writes to descriptor 3. It has nothing else.
import { readSync, writeSync } from 'node:fs';
import { measureWith, type Question, type Reading } from '../../testing/exercises/measure.js';
import { collectSources, type StudentFile } from './collect-sources.js';
import { countData } from './count-data.js';
import { findAnswer, loadFailure } from './find-answer.js';
import { HEAD_LENGTH, TOKEN_LENGTH } from './token.js';

/** The first message to the process. Each of its requests is answered by a {@link StudentFile}, or by null if there is none of that name. */
export interface ReadJob {
  /** The text of the submission. */
  readonly text: string;
}

/** What the process writes before it runs the submission: a request for a file that it imports, and finally its modules or why it does not parse. */
export type ReadOutcome =
  | { readonly part: string }
  | { readonly problem: string }
  | { readonly sources: readonly (readonly [name: string, code: string])[] };

/** The second message to the process, when the modules of the submission are in its folder. */
export interface Job {
  /** The function that the submission exports. */
  readonly name: string;
  readonly questions: readonly Question[];
  /** The source of the exercise's `call`. */
  readonly call?: string | undefined;
  /** Packages to import before the submission. */
  readonly packages: readonly string[];
}

// the line of a submission that calls TensorFlow.js may be more than the usual ten calls away from the error
Error.stackTraceLimit = 100;

// a submission may patch every global object, so the functions that are called after it is loaded are bound here
const [write, { stringify }, setImmediately, BoundPromise] = [writeSync, JSON, setImmediate, Promise];
const end = process.exit.bind(process);

/**
 * Each line begins with these bytes, which the grader sends first and a submission cannot know. They are not text, which a heap snapshot
 * would show, and they are read without methods that a submission could patch.
 */
const token = readExactly(TOKEN_LENGTH);
for (const name of ['length', 'byteLength', 'byteOffset', 'buffer'] as const)
  Object.defineProperty(token, name, { value: name === 'buffer' ? undefined : token[name] });

const outcome = await readModules();
reply(outcome);
const [, code = ''] = ('sources' in outcome ? outcome.sources : []).find(([module]) => module === 'answer') ?? end();

const { name, questions, call, packages } = receive() as Job;

/** Removes the types from the submission and its parts. */
async function readModules(): Promise<ReadOutcome> {
  const sources = await collectSources((receive() as ReadJob).text, async (part) => {
    reply({ part });
    return (receive() as StudentFile | null) ?? undefined;
  });
  return 'problem' in sources ? sources : { sources: [...sources] };
}

function reply(outcome: ReadOutcome): void {
  write(3, token, 0, TOKEN_LENGTH);
  write(3, `${stringify(outcome)}\n`);
}

/** The next message, a text of JSON after its length. */
function receive(): unknown {
  const head = readExactly(HEAD_LENGTH);
  const size = new DataView(head.buffer).getUint32(0);
  return JSON.parse(new TextDecoder().decode(readExactly(size)));
}

function readExactly(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const count = readSync(0, bytes, at, size - at, null);
    if (count === 0) break;
    at += count;
  }
  return bytes;
}

/** The count of leaked tensors is sent outside of the JSON, so that a patched `toJSON` cannot change it. Numbers that are not finite are sent as text. */
function send({ leaked, ...rest }: Reading): void {
  const finite = (_: string, value: unknown): unknown =>
    value === Infinity || value === -Infinity || value !== value ? `${value as number}` : value;
  const text = stringify(rest, finite);
  write(3, token, 0, TOKEN_LENGTH);
  write(3, `${leaked ?? '-'} ${text}\n`);
}

try {
  for (const name of packages) await import(name);
  const count = countData();
  // a variable, so that bundlers leave the import alone
  const path = './answer.js';
  const found = findAnswer((await import(path)) as Readonly<Record<string, unknown>>, name, code);
  for (let i = 0; i < questions.length; i++) {
    const reading: Reading =
      'failure' in found ? found : await measureWith(found.answer, questions[i]!, call, count.start);
    // a tensor may be made after the call has ended
    await new BoundPromise((resolve) => setImmediately(resolve));
    const late = count.left();
    send(reading.leaked !== undefined && late > reading.leaked ? { ...reading, leaked: late } : reading);
  }
} catch (error) {
  const reading = loadFailure(error, name);
  for (let i = 0; i < questions.length; i++) send(reading);
}
end();
