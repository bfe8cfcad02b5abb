import type { Json, Report } from 'tfjs-generative';
import type { Experiment } from '../experiment/experiment.js';

/** The largest number of reports in a checkpoint; of more, evenly spread ones are kept. */
const MAX_REPORTS = 2_000;

/** The metadata that the lab writes into a checkpoint. */
export interface Annotation {
  /** With the values that controls have now. */
  readonly experiment: Experiment;
  /** Whether a control was moved during the run. */
  readonly isMoved: boolean;
  /** The reports before this checkpoint, those of earlier sessions first. */
  readonly history: readonly Report[];
}

/** The metadata of a checkpoint; `readCheckpoint` reads them. */
export function savedMetadata({ experiment, isMoved, history }: Annotation): Json {
  const every = Math.ceil(history.length / MAX_REPORTS);
  const kept = history.filter((_, i) => (history.length - 1 - i) % every === 0);
  const reports = kept.map(({ totalSteps, epoch, seconds, metrics, skipped, verdicts }) => ({
    step: totalSteps,
    epoch,
    seconds,
    metrics,
    skipped,
    verdicts,
  }));
  // by way of text: what is undefined is left out, as are pictures, which are large and the user's own; and a metric that is not finite becomes null
  return JSON.parse(
    JSON.stringify({ experiment: { ...experiment, pictures: undefined }, isMoved, history: reports }),
  ) as Json;
}
