import { defaultsOf, type Experiment } from './experiment.js';
import type { Verdict } from './judge-measures.js';

/** Updates before which losses are not judged. */
const SETTLED = 150;
/** Reports over which a loss is averaged. */
const AVERAGED = 3;
/** Bits per letter below the entropy of single letters that places in a word are worth; a model that has learned words is below them. */
const OF_PLACES = 0.25;
/** Bits by which a model that learns falls while the updates double. */
const FALLS = 0.1;
/** The mean logit of a discriminator without a bound, above which it grows without one. */
const STEEP = 20;
/** The factor by which it must have grown while the updates doubled. */
const GROWS = 2;
/** The share of the recipe's learning rate below which a run is slow because of it. */
const LOW_SHARE = 0.2;

/** The reports of a run. */
export interface Losses {
  readonly history: readonly { readonly step: number; readonly metrics: Readonly<Record<string, number>> }[];
  /** The entropy of single letters in bits, for words. */
  readonly entropy?: number | undefined;
}

/** What the losses alone say: words no better than letter frequencies, and a loss of Wasserstein without a bound. */
export function judgeLosses(experiment: Experiment, losses: Losses | undefined): Verdict | undefined {
  const { history = [], entropy } = losses ?? {};
  const last = history.at(-1);
  if (last === undefined || last.step < SETTLED) return undefined;
  const half = history.findIndex(({ step }) => 2 * step >= last.step);
  const meanOf = (name: string, end: number): number => {
    const values = history.slice(Math.max(0, end - AVERAGED), end).map(({ metrics }) => Math.abs(metrics[name] ?? NaN));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const { family, data, loss, penalty, rate } = experiment;
  if (family === 'tokens' && entropy !== undefined) {
    const [now, before] = [meanOf('bits', history.length), meanOf('bits', half + 1)];
    if (now < entropy - OF_PLACES) return undefined;
    const isSlow = rate <= LOW_SHARE * defaultsOf(family, data).rate;
    if (!isSlow && now < before - FALLS) return undefined;
    const message = `After ${last.step} updates the model needs ${now.toFixed(2)} bits per letter; letter frequencies alone need ${entropy.toFixed(2)}.`;
    return { kind: isSlow ? 'slow learning' : 'no better than letter frequencies', message };
  }
  if (family === 'gan' && loss === 'wasserstein' && penalty === 'none') {
    const [now, before] = [meanOf('generatorLoss', history.length), meanOf('generatorLoss', half + 1)];
    if (now < STEEP || now < GROWS * before) return undefined;
    const message = `After ${last.step} updates the mean logit of samples is ${now.toPrecision(2)} from 0, and was ${before.toPrecision(2)} after half as many.`;
    return { kind: 'diverging loss', message };
  }
  return undefined;
}
