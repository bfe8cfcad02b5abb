import { transform } from 'sucrase';

/** A submission as JavaScript, with the same line numbers, or why it does not parse. */
export type Stripped = { readonly code: string } | { readonly problem: string };

/**
 * Removes the types from a submission. Some short texts take this for ever, such as casts within casts, so it belongs where the submission
 * runs, under the same limits.
 */
export function stripTypes(source: string): Stripped {
  try {
    return { code: transform(source, { transforms: ['typescript'], disableESTransforms: true }).code };
  } catch (error) {
    if (error instanceof RangeError) return { problem: 'it is nested too deeply' };
    const { message = '' } = error as { message?: string };
    const [, what = 'It cannot be read', line] =
      /^(?:Error transforming \S+: )?(.*?)(?: \((\d+):\d+\))?$/s.exec(message) ?? [];
    return { problem: line === undefined ? what : `line ${line}: ${what}` };
  }
}
