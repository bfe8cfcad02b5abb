// With what the page begins: the link in its address, or the run that this browser has kept.
import { defaultsOf, type Experiment } from '../experiment/experiment.js';
import type { FieldName } from '../experiment/fields.js';
import { readLink, writeLink, type Linked } from '../experiment/link.js';
import type { SavedRun } from '../files/read-checkpoint.js';
import { keptNames, newName, readKept } from './keeping.js';

const embed = new URLSearchParams(location.search).get('embed');
/** Whether the page is one view in a frame of another page: `?embed` in its address. It keeps nothing. */
export const isEmbedded = embed !== null;
/** The name of that view; the samples by default. */
export const embeddedView = embed ?? '';

/** The beginning of the page. */
export interface Beginning {
  /** Whether there is neither a link nor a run. */
  readonly isBlank: boolean;
  readonly place: Linked['place'];
  readonly experiment: Experiment;
  readonly hidden: readonly FieldName[];
  /** Whether it was this page that hid them, if any are. */
  readonly mayHide: boolean;
  readonly notice: string;
  /** The name under which the run is kept. */
  readonly name: string;
  /** A kept run of this experiment, which goes on. */
  readonly saved?: SavedRun | undefined;
  /** The name of another run that is kept. */
  readonly other?: string | undefined;
}

/** The state of a page that is reloaded. */
export interface PageState {
  /** The name of its run. */
  readonly run?: string;
  /** Whether it may hide controls. */
  readonly hides?: boolean;
}

/** Decides with what the page begins. A link that differs from the run that is kept wins. */
export async function readBeginning(): Promise<Beginning> {
  const { hash } = location;
  const { experiment, hidden, place, complaint } = readLink(hash);
  const { run: own, hides } = (history.state ?? {}) as PageState;
  const mayHide = hidden.length === 0 || hides === true;
  const linked = { experiment, hidden, mayHide, place, notice: complaint, name: newName(), isBlank: hash === '' };
  const names = isEmbedded ? [] : await keptNames();
  const name = names.find((one) => one === own) ?? names.at(-1);
  const saved = name === undefined ? undefined : await readKept(name);
  if (name === undefined || saved?.experiment === undefined) return linked;
  // the address of a page that is reloaded is that of its run, except for points of a file, which no link holds
  const isSame = name === own || writeLink(saved.experiment, hidden) === writeLink(experiment, hidden);
  if (hash === '' || isSame) return { ...linked, isBlank: false, experiment: saved.experiment, name, saved };
  const isDefault = writeLink(experiment) === writeLink(defaultsOf(experiment.family));
  const what = isDefault ? 'a new run' : 'a new run of its experiment';
  const notice = `${complaint} The link begins ${what}. Your last run is kept: "Back to the last run" opens it.`.trim();
  return { ...linked, notice, other: name };
}
