import { startHelper, type Helper } from '../threads/helper.js';
import { watchPolicy } from './policy.js';

/**
 * {@link startHelper}; the error of a thread that the page's content policy refuses says so.
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
    const what = program ?? 'blob:';
    const remedy = program === undefined ? `add blob:, or pass the file of the thread, { helper }` : `add 'self'`;
    throw new Error(`the page's content policy, worker-src, refuses ${what}; ${remedy}`, { cause: error });
  } finally {
    policy.stop();
  }
}
