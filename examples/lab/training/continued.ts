import type { Report } from 'tfjs-generative';
import type { RunSnapshot } from 'tfjs-generative/run';

/**
 * Shows a run that goes on from a checkpoint as one with its earlier part: the earlier reports come first, and steps and seconds count on.
 * It costs as little as the reports that are new since the last call.
 */
export function createContinued(past: readonly Report[], stepsBefore: number): (snapshot: RunSnapshot) => RunSnapshot {
  const secondsBefore = past.at(-1)?.seconds ?? 0;
  let [seen, history]: [readonly Report[], readonly Report[]] = [[], past];
  const later = (report: Report): Report => ({
    ...report,
    step: stepsBefore + report.step,
    seconds: secondsBefore + report.seconds,
  });
  return (snapshot) => {
    if (stepsBefore === 0 && past.length === 0) return snapshot;
    if (snapshot.history !== seen) {
      history = [...history, ...snapshot.history.slice(seen.length).map(later)];
      seen = snapshot.history;
    }
    const { status, step, seconds, totalSteps, report } = snapshot;
    return {
      ...snapshot,
      status: status === 'idle' ? 'stopped' : status,
      step: stepsBefore + step,
      // before the worker has answered
      totalSteps: Math.max(totalSteps, stepsBefore),
      seconds: secondsBefore + seconds,
      // the last of the history, by which a port knows that nothing else is new
      report: report && history.at(-1),
      history,
    };
  };
}
