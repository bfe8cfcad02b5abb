// What the library's verdicts mean, and which controls mend what they say.
import { defaultsOf, type Experiment } from './experiment.js';
import { fields, hasField, type FieldName } from './fields.js';
import { LOW_RATE } from './judge-measures.js';

/** A control, and how to move it. */
export interface Move {
  readonly control: FieldName;
  readonly how: string;
  /** Whether it helps; always by default. */
  readonly helps?: (experiment: Experiment) => boolean;
}

/** A new start with other settings, for a run that no control can mend. */
export interface Restart {
  readonly label: string;
  readonly changes: Partial<Experiment>;
}

/** What is said of a verdict. */
export interface Cure {
  /** What is wrong, for readers new to all this. */
  readonly words: string;
  readonly moves: readonly Move[];
  /** Present if the weights are beyond repair. */
  readonly restart?: Restart | undefined;
}

interface Known {
  readonly words: string | ((experiment: Experiment) => string);
  readonly moves: readonly Move[];
  /** Whether the weights may be beyond repair; never by default. */
  readonly isLost?: (experiment: Experiment) => boolean;
}

const warmer: Move = { control: 'tau', how: 'raise it to 0.5', helps: ({ tau }) => tau < 0.5 };
const slower: Move = { control: 'rate', how: 'lower it to a third', helps: ({ rate }) => rate > LOW_RATE };
const faster: Move = { control: 'rate', how: 'raise it to 0.003', helps: ({ rate }) => rate <= LOW_RATE };
/** From a rate at which the run is slow to the recipe's. */
const quicker: Move = {
  control: 'rate',
  how: 'raise it',
  helps: (experiment) => experiment.rate < usualRate(experiment),
};
const r1: Move = { control: 'penalty', how: 'choose R1', helps: ({ penalty }) => penalty === 'none' };
const heavier: Move = {
  control: 'weight',
  how: 'raise it to three times as much',
  helps: ({ penalty }) => penalty !== 'none',
};
const nonSaturating: Move = {
  control: 'loss',
  how: 'choose Non-saturating',
  helps: ({ loss }) => loss !== 'non-saturating',
};

/** A network may be too narrow for what it learns. */
function isNarrow({ width }: Experiment): boolean {
  return width < 32;
}

/** The learning rate may have destroyed the weights: it is at least three times that of the recipe. */
function isTooQuick(experiment: Experiment): boolean {
  return experiment.rate >= 3 * usualRate(experiment);
}

/** By the kinds of verdicts: of the families, of training itself, and of the lab's own, from its measures. */
const cures: Readonly<Record<string, Known>> = {
  'clouds left out': {
    words: 'The samples lie in only some clouds of the data and leave out the others: the modes have collapsed.',
    moves: [faster, warmer, r1, nonSaturating, heavier, slower],
  },
  'mode collapse': {
    words: 'All samples look similar: G has found a few points that D accepts, and leaves out the rest of the data.',
    moves: [faster, r1, nonSaturating, heavier, slower],
  },
  'discriminator too strong': {
    words: 'D is always right. It rejects everything that G tries, so G does not learn what would be better.',
    moves: [r1, heavier, slower],
  },
  'vanishing gradient': {
    words: 'The loss of G is flat here, so G hardly moves, however wrong its samples are.',
    moves: [nonSaturating, r1, slower],
  },
  oscillation: {
    words: 'G and D chase each other: each undoes what the other has just learned.',
    moves: [slower, r1, heavier],
  },
  'probabilities for logits': {
    words: 'The outputs of the network look like probabilities, but the loss expects logits.',
    moves: [slower],
  },
  'diverging loss': {
    words: ({ family }) =>
      family === 'gan'
        ? 'The loss has exploded, or keeps growing: the updates are too large, or D has become too steep.'
        : 'The loss has exploded, because the updates were too large. These weights will not recover, at any learning rate.',
    isLost: () => true,
    moves: [
      {
        control: 'penalty',
        how: 'choose Gradient penalty',
        helps: ({ loss, penalty }) => loss === 'wasserstein' && penalty !== 'gradient',
      },
      { ...r1, helps: ({ loss, penalty }) => loss !== 'wasserstein' && penalty === 'none' },
      heavier,
    ],
  },
  'not coming closer': {
    words: 'The samples are not near the data and have stopped coming closer.',
    isLost: isTooQuick,
    moves: [warmer, faster, r1, nonSaturating, heavier, slower, { control: 'width', how: 'raise it', helps: isNarrow }],
  },
  'samples got worse': {
    words: 'The samples were much closer to the data before: training undoes what it has learned.',
    isLost: isTooQuick,
    moves: [slower, r1, nonSaturating, heavier],
  },
  'clouds missed': {
    words: 'No cloud of the data has its share of the samples: they lie elsewhere.',
    moves: [faster, warmer, r1, nonSaturating, heavier, slower],
  },
  'no better than letter frequencies': {
    words: 'The model knows how frequent letters are, and nothing about how they follow each other.',
    isLost: isTooQuick,
    moves: [slower, { control: 'width', how: 'raise it', helps: isNarrow }],
  },
  'far from the data': {
    words: 'The samples are far from the data and hardly come closer.',
    isLost: isTooQuick,
    moves: [faster, warmer, slower, r1],
  },
  'slow learning': {
    words: 'At this learning rate the run will end before the model has learned the data: the updates are too small.',
    moves: [quicker, { control: 'steps', how: 'raise them' }],
  },
  'posterior collapse': {
    words: 'The latents no longer say anything about the data: the decoder gives the same output for all of them.',
    moves: [
      { control: 'beta', how: 'lower it', helps: ({ beta }) => beta > 0.1 },
      { control: 'noise', how: 'lower it, so that errors cost more' },
    ],
  },
  'prior does not fit': {
    words:
      'The encoder puts its latents elsewhere than the prior: samples come from latents that the decoder has never seen.',
    moves: [{ control: 'beta', how: 'raise it', helps: ({ beta }) => beta < 1 }],
  },
  'unused components': {
    words: 'Most Gaussians of the prior cover no latents.',
    moves: [slower],
  },
  'data out of scale': {
    words: 'The points are much closer together or farther apart than the model expects.',
    moves: [{ control: 'data', how: 'use points that fill the plane, from about -2 to 2' }],
  },
  'target blows up': {
    words: 'At high noise, small errors of the network become large errors of the estimate.',
    moves: [{ control: 'target', how: 'choose Velocity', helps: ({ target }) => target !== 'velocity' }],
  },
  'timesteps ignored': {
    words: 'The network gives the same answer at every noise level.',
    moves: [{ control: 'width', how: 'raise it' }, slower],
  },
  'no better than a constant': {
    words: 'The network has learned nothing yet: a constant answer would be as good.',
    isLost: isTooQuick,
    moves: [faster, slower, { control: 'width', how: 'raise it' }],
  },
  'skipped updates': {
    words: 'Some updates gave numbers that are not finite. They were skipped, and the weights are unharmed.',
    moves: [slower, heavier],
  },
  'validation not finite': { words: 'The loss of the validation data is not a finite number.', moves: [slower] },
};

/**
 * What a verdict means, and the moves or the new start that may mend it; undefined if the lab does not know it.
 *
 * @param isMoved - whether controls have been moved since the run began, perhaps to mend it
 */
export function cureOf(kind: string, experiment: Experiment, isMoved = false): Cure | undefined {
  const cure = Object.hasOwn(cures, kind) ? cures[kind] : undefined;
  if (cure === undefined) return undefined;
  const { moves, isLost } = cure;
  const words = typeof cure.words === 'string' ? cure.words : cure.words(experiment);
  const fits = ({ control, helps }: Move): boolean => hasField(experiment, control) && helps?.(experiment) !== false;
  const restart = isLost?.(experiment) === true ? restartOf(experiment, isMoved) : undefined;
  // what is lost is not mended by moving the same control
  const isOfRestart = ({ control }: Move): boolean => restart !== undefined && control === 'rate';
  return { words, moves: moves.filter((move) => fits(move) && !isOfRestart(move)), restart };
}

/** From the first update with the recipe's learning rate, or a lower one that was chosen meanwhile, or a third. */
function restartOf(experiment: Experiment, isMoved: boolean): Restart {
  const usual = usualRate(experiment);
  const rate = experiment.rate > usual ? usual : isMoved ? experiment.rate : lower(experiment.rate);
  return { label: `Restart with learning rate ${rate}`, changes: { rate } };
}

function usualRate({ family, data }: Experiment): number {
  return defaultsOf(family, data).rate;
}

const lower = (rate: number): number => Math.max(fields.rate.low, Number((rate / 3).toPrecision(2)));
