/** How a program fails. */
export type FailureKind =
  | 'silent wrong'
  | 'raw error'
  | 'leak'
  | 'gradient'
  | 'disagreement'
  | 'resume'
  | 'replay'
  | 'export'
  | 'hang'
  | 'crash';

/** What became of a program. */
export type Outcome =
  | { readonly verdict: 'passed' }
  /** It ended in a sentence of the house, about what was spoiled. */
  | { readonly verdict: 'refused'; readonly why: string }
  | { readonly verdict: 'failed'; readonly kind: FailureKind; readonly why: string };

export const failed = (kind: FailureKind, why: string): Outcome => ({ verdict: 'failed', kind, why });

/** One sentence: who was called, the argument, the rule, the value, and perhaps the way out. */
const SENTENCE = /^[\w.]+: `[^`]+` [^;]+; got [^\n]+[.!?]?$/;

/** Whether an error is a sentence of the house, with the class that it promises. */
export function isSentence(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { message } = error;
  return SENTENCE.test(message) && message.length <= 300 && !message.includes('[object ');
}

/** A failure with what explains it. */
export class Failure extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
  ) {
    super(message);
  }
}

/** tfjs's cpu backend cannot slice what it has concatenated of no examples. wasm can. */
const ofTfjs = /vals\.subarray is not a function at sliceImpl/;

/** The outcome of an error: a sentence refuses, everything else is raw. */
export function outcomeOfError(error: unknown): Outcome {
  if (error instanceof Failure) return failed(error.kind, error.message);
  if (isSentence(error)) return { verdict: 'refused', why: error.message };
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const where =
    error instanceof Error
      ? (/at .*\n? *(?=at |$)/.exec(error.stack?.slice(error.stack.indexOf('\n')) ?? '')?.[0] ?? '')
      : '';
  const why = `${text.slice(0, 400)} ${where.trim().slice(0, 160)}`;
  return ofTfjs.test(why) ? { verdict: 'refused', why } : failed('raw error', why);
}
