import type { Program } from './expression.js';
import { startJudge, type Judged } from './judges.js';
import { failed } from './outcome.js';
import { shrink, type Shrunk } from './shrink.js';

/** The processor time of the largest program that is trained 48 steps twice, in seconds. */
const LONGEST = 100;

/** Judges programs by all laws, in two processes. */
export interface ProgramJudge {
  judge(program: Program): Promise<Judged>;
  /** A shorter program that fails like one that failed. */
  shorten(program: Program, outcome: Judged & { readonly verdict: 'failed' }): Promise<Shrunk>;
  end(): void;
}

/**
 * Starts the judges that the bundle `child` has. `limit` is the processor time of one program, in seconds. With `isReplay`, only replayed
 * steps are judged.
 */
export function startJudging(
  child: string,
  { limit, isReplay = false }: { limit?: number; isReplay?: boolean } = {},
): ProgramJudge {
  const [laws, slopes] = [
    startJudge(child, isReplay ? 'replay' : 'laws', limit ?? (isReplay ? LONGEST : undefined)),
    startJudge(child, 'float64', limit),
  ];

  const byLaws = async (program: Program): Promise<Judged> => {
    const first = await laws.judge(program);
    if (isReplay || first.verdict !== 'passed' || !program.constants.some(([name]) => name === 'trainer')) return first;
    const second = await slopes.judge(program);
    const seconds = first.seconds + second.seconds;
    // a limit on the file of a model, say, may refuse it here: that says nothing about its slopes
    return { ...(second.verdict === 'failed' ? second : first), seconds };
  };
  const judge = async (program: Program): Promise<Judged> => {
    const outcome = await byLaws(program);
    if (outcome.verdict !== 'passed' || program.mustRefuse !== true || isReplay) return outcome;
    return { ...failed('silent wrong', 'the wrong argument was accepted'), seconds: outcome.seconds };
  };
  return {
    judge,
    shorten: async (program, { kind, why }) => {
      // each try would take as long again
      if (kind === 'hang' || program.mustRefuse === true) return { program, why };
      return shrink(program, why, async (shorter) => {
        const outcome = await judge(shorter);
        return outcome.verdict === 'failed' && outcome.kind === kind ? outcome.why : undefined;
      });
    },
    end: () => {
      laws.end();
      slopes.end();
    },
  };
}
