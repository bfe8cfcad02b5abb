import { classCountOf } from '../experiment/classes.js';
import type { Experiment } from '../experiment/experiment.js';

/** The lines of a program that depend on the family. */
export interface ProgramParts {
  /** Names from the main entry, in addition to those that all programs need. */
  readonly imports: readonly string[];
  /** Makes `trainer`, and what sampling needs. */
  readonly model: string;
  /** Makes `samples`. */
  readonly sampling: string;
  /** The metrics that are printed, as arguments. */
  readonly shown: string;
}

/** The classes of samples as text: the one that is shown, or each in turn. */
export function classesText(experiment: Experiment, count: number): string {
  const { shown } = experiment;
  const classes = classCountOf(experiment)!;
  const of = shown > 0 && shown <= classes ? String(shown - 1) : `i % ${classes}`;
  const index = of === 'i % ' + classes ? '(_, i)' : '()';
  return `tf.tensor1d(Int32Array.from({ length: ${count} }, ${index} => ${of}), 'int32')`;
}
