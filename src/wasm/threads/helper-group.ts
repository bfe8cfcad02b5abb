import * as control from './control.js';
import { whyFewer, type Helper } from './helper.js';
import type { HelperTask } from './helper-program.js';
import type { Region, Waiting } from './waiting.js';

/** The helpers of a pool. */
export interface HelperGroup {
  size(): number;
  /** Why there are fewer helpers than requested; undefined if there are not. */
  failure(): string | undefined;
  /**
   * Waits for the jobs that helpers have taken, and returns those that failed.
   *
   * @throws LostHelper if helpers do not finish
   */
  settle(region: Region): readonly number[];
  /** Ends all. */
  stop(): void;
}

/**
 * Thrown when a helper has taken a job and does not finish it. The helper may still write to the memory of that job, so that memory is
 * abandoned: the caller starts again in other memory.
 */
export class LostHelper extends Error {
  override readonly name = 'LostHelper';
}

/** The failed jobs of almost every region. */
const NONE: readonly number[] = [];

/** A helper, and the word that holds its state. */
interface Member {
  readonly helper: Helper;
  readonly state: number;
}

/**
 * Gives helpers their task; resolves once each is ready for jobs or has failed to start.
 *
 * @param onLost - called when helpers are abandoned during a job, with the promise that resolves when they no longer run
 */
export async function createHelperGroup(
  helpers: readonly Promise<Helper>[],
  task: Omit<HelperTask, 'state'>,
  waiting: Waiting,
  onLost: (ended: Promise<unknown>) => void,
): Promise<HelperGroup> {
  const words = new Int32Array(task.control);
  const outcomes = await Promise.allSettled(helpers.map((starting, i) => join(starting, task, control.stateOf(i))));
  let members = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const refused = outcomes.find((outcome) => outcome.status === 'rejected');
  let failure = refused && whyFewer(members.length + 1, refused.reason);

  function remove(reason: string, isGone: (member: Member) => boolean): readonly Member[] {
    const gone = members.filter(isGone);
    if (gone.length === 0) return gone;
    failure = reason;
    members = members.filter((member) => !gone.includes(member));
    return gone;
  }

  const hasFailed = ({ state }: Member): boolean => Atomics.load(words, state) <= control.FAILED;

  /** Ends the helpers in which a job failed, and returns those jobs. */
  function failedJobs(): readonly number[] {
    if (!members.some(hasFailed)) return NONE;
    const failed = remove('a job failed in a helper thread', hasFailed);
    for (const { helper } of failed) void helper.end();
    return failed.map(({ state }) => control.FAILED - words[state]!);
  }

  return {
    size: () => members.length,
    failure: () => failure,
    settle(region) {
      while (!waiting.isOver(members, region)) {
        const isLost = ({ state }: Member): boolean =>
          Atomics.compareExchange(words, state, control.BUSY, control.LOST) === control.BUSY;
        const lost = remove('a helper thread hung', isLost);
        // The last one may have finished just now.
        if (lost.length === 0) continue;
        failedJobs();
        onLost(Promise.all(lost.map(({ helper }) => helper.end())));
        throw new LostHelper('a helper thread hung');
      }
      return failedJobs();
    },
    stop() {
      for (const { helper } of remove('the helper threads were stopped', () => true)) void helper.end();
    },
  };
}

async function join(starting: Promise<Helper>, task: Omit<HelperTask, 'state'>, state: number): Promise<Member> {
  const helper = await starting;
  try {
    await helper.start({ ...task, state });
  } catch (error) {
    void helper.end();
    throw error;
  }
  return { helper, state };
}
