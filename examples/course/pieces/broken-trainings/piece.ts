import type { Piece } from 'tfjs-generative/grading';
import type { CheckResult } from 'tfjs-generative/testing';
import { cures, diseases, runs } from './choices.js';

/** What is wrong with a run, and what helps. */
export interface Diagnosis {
  readonly disease: string;
  readonly cure: string;
}

/** A diagnosis for each run. */
export type Diagnoses = Readonly<Record<string, Diagnosis>>;

/** The piece with its key, which students do not have: each disease and each cure has a point of its own. */
export function pieceWithKey(key: Diagnoses): Piece {
  return pieceOf(async (diagnoses) => {
    const right = (run: string, of: keyof Diagnosis): boolean => diagnoses[run]![of] === key[run]![of];
    return (run, of) => (right(run, of) ? undefined : `It is not that ${of}.`);
  });
}

/**
 * The piece without its key: a digest of all eight words shows whether all of them are right, but nothing about a single one. It takes a while
 * on purpose.
 */
export function pieceWithDigest(digest: string): Piece {
  return pieceOf(async (diagnoses) => {
    const isRight = (await digestOf(diagnoses)) === digest;
    return () =>
      isRight ? undefined : 'Not all eight words are right yet. Only your teacher’s copy says which are wrong.';
  });
}

/** The digest of a key. */
export async function digestOf(diagnoses: Diagnoses): Promise<string> {
  const text = runs.map((run) => `${run}: ${diagnoses[run]!.disease}, ${diagnoses[run]!.cure}`).join('\n');
  const { subtle } = globalThis.crypto;
  const bytes = new TextEncoder();
  const key = await subtle.importKey('raw', bytes.encode(text), 'PBKDF2', false, ['deriveBits']);
  const salt = bytes.encode('tfjs-generative: four broken trainings');
  const bits = await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 500_000 }, key, 128);
  return Array.from(new Uint8Array(bits), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Says why a word is wrong, if it is. */
type Verdict = (run: string, of: keyof Diagnosis) => string | undefined;

function pieceOf(judge: (diagnoses: Diagnoses) => Promise<Verdict>): Piece {
  return {
    name: 'brokenTrainings',
    hints: [
      'First say which family it is, from the names of its curves. What do its two losses weigh against each other, and which of them has given up?',
      'If the loss is as it should be but the samples are wrong, look at the part that only sampling uses. If all samples are right, do they show all of the data?',
      'Who moves in which step? Write down for each curve what it would do if its owner alone moved, and where yours differs.',
    ],
    async grade({ text }) {
      const diagnoses = readDiagnoses(text);
      const verdict = typeof diagnoses === 'string' ? () => diagnoses : await judge(diagnoses);
      return runs.flatMap((run) =>
        (['disease', 'cure'] as const).map((of) => resultOf(`run ${run}: ${of}`, verdict(run, of))),
      );
    },
  };
}

function resultOf(name: string, failure: string | undefined): CheckResult {
  const passed = failure === undefined;
  return { name, passed, score: passed ? 1 : 0, maxScore: 1, message: failure ?? 'Right.', mistakes: [] };
}

/** The diagnoses of a file, or what is wrong with it. */
function readDiagnoses(text: string): Diagnoses | string {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    return `Your file is not valid JSON: ${(error as Error).message}`;
  }
  const given = read as Readonly<Record<string, Partial<Diagnosis> | undefined>> | null;
  for (const run of runs) {
    for (const [of, words] of [
      ['disease', diseases],
      ['cure', cures],
    ] as const) {
      const word = given?.[run]?.[of];
      if (typeof word !== 'string' || word === '') return `Run ${run} has no ${of} yet.`;
      if (!Object.hasOwn(words, word)) return `Run ${run}: the page has no ${of} of that name. Copy one from its list.`;
    }
  }
  return given as Diagnoses;
}

export const piece = pieceWithDigest('32b8d2aded175b07bdb8d718174e75d5');
