import { startHelper, type Helper } from '../threads/helper.js';
import { watchPolicy } from './policy.js';

/**
 * Calls {@link startHelper}; if the content security policy forbids the thread, the error says so.
 *
 * @param program - the address of its program
 */
export async function openHelper(program: string | undefined): Promise<Helper> {
  const policy = watchPolicy();
  try {
    return await startHelper(program);
  } catch (error) {
    const refusal = await policy.refusal(({ directive }) => directive === 'worker-src');
    if (refusal === undefined) throw error;
    const [what, remedy] =
      program === undefined
        ? ['blob:', 'allow it, or pass the address of its script, { helper }']
        : [program, 'allow it'];
    throw new Error(`the content security policy forbids a worker from ${what} (worker-src); ${remedy}`, {
      cause: error,
    });
  } finally {
    policy.stop();
  }
}
