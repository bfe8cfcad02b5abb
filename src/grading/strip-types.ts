/** A submission as JavaScript, with the same line numbers, or why it does not parse. */
export type Stripped = { readonly code: string } | { readonly problem: string };

/** Removes the types from a submission. */
export async function stripTypes(source: string): Promise<Stripped> {
  const { transform } = await import('sucrase').catch((cause: unknown) => {
    const rule = 'the package `sucrase`, which reads submissions, must be installed; it was not found';
    throw new Error(`gradeSubmission: ${rule}. Run npm i sucrase.`, { cause });
  });
  try {
    return { code: transform(source, { transforms: ['typescript'], disableESTransforms: true }).code };
  } catch (error) {
    const { message = '' } = error as { message?: string };
    const [, what = 'It cannot be read', line] =
      /^(?:Error transforming \S+: )?(.*?)(?: \((\d+):\d+\))?$/s.exec(message) ?? [];
    return { problem: line === undefined ? what : `line ${line}: ${what}` };
  }
}
