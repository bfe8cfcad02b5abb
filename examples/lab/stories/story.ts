import type { Experiment } from '../experiment/experiment.js';
import type { PageName } from '../experiment/link.js';

/** A short lesson about an experiment. */
export interface Story {
  readonly title: string;
  /** What it shows, in about a hundred words, in paragraphs. */
  readonly words: readonly string[];
  /** Something to do, in order. */
  readonly tasks: readonly string[];
  /** What differs from the family's first experiment. */
  readonly experiment: Pick<Experiment, 'family'> & Partial<Experiment>;
  /** The layers of the plane that it shows, if not the usual ones. */
  readonly layers?: readonly string[];
  /** The names of views that it opens, in addition to those that are open at first. */
  readonly opens?: readonly string[];
  /** Changes that it proposes, each as a button. */
  readonly trials?: readonly { readonly label: string; readonly changes: Partial<Experiment> }[];
  /** The page that it is about, if not that of a run. */
  readonly page?: PageName;
}
