// What the library's verdicts mean, and which controls mend what they say.
import type { Experiment } from './experiment.js';
import { hasField, type FieldName } from './fields.js';
import { LOW_RATE } from './judge-measures.js';

/** A control, and how to move it. */
export interface Move {
  readonly control: FieldName;
  readonly how: string;
  /** Whether it helps; always by default. */
  readonly helps?: (experiment: Experiment) => boolean;
}

interface Cure {
  /** What is wrong, for readers new to all this. */
  readonly words: string;
  readonly moves: readonly Move[];
}

const warmer: Move = { control: 'tau', how: 'raise it to 0.5', helps: ({ tau }) => tau < 0.5 };
const slower: Move = { control: 'rate', how: 'lower it to a third', helps: ({ rate }) => rate > LOW_RATE };
const faster: Move = { control: 'rate', how: 'raise it to 0.003', helps: ({ rate }) => rate <= LOW_RATE };
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

/** By the kinds of verdicts: of the families, of training itself, and of the lab's own, from its measures. */
const cures: Readonly<Record<string, Cure>> = {
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
    words: 'The loss has exploded, or keeps growing: the updates are too large, or D has become too steep.',
    moves: [
      {
        control: 'penalty',
        how: 'choose Gradient penalty',
        helps: ({ loss, penalty }) => loss === 'wasserstein' && penalty !== 'gradient',
      },
      { ...r1, helps: ({ loss, penalty }) => loss !== 'wasserstein' && penalty === 'none' },
      heavier,
      slower,
    ],
  },
  'far from the data': {
    words: 'The samples are far from the data and do not come closer.',
    moves: [faster, warmer, slower, r1],
  },
  'slow learning': {
    words: 'The samples have hardly come closer to the data: the updates are too small.',
    moves: [faster],
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
    words: 'The data are much larger or smaller than the model expects.',
    moves: [{ control: 'data', how: 'scale your points to about -2 to 2' }],
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
    moves: [faster, slower, { control: 'width', how: 'raise it' }],
  },
  'skipped updates': {
    words: 'Some updates gave numbers that are not finite. They were skipped, and the weights are unharmed.',
    moves: [slower, heavier],
  },
  'validation not finite': { words: 'The loss of the validation data is not a finite number.', moves: [slower] },
};

/** What a verdict means, and the moves that may mend it; undefined if the lab does not know it. */
export function cureOf(kind: string, experiment: Experiment): Cure | undefined {
  const cure = Object.hasOwn(cures, kind) ? cures[kind] : undefined;
  if (cure === undefined) return undefined;
  const { words, moves } = cure;
  const fits = ({ control, helps }: Move): boolean => hasField(experiment, control) && helps?.(experiment) !== false;
  return { words, moves: moves.filter(fits) };
}
