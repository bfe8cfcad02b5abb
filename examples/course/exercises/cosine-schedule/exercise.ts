import { defineExercise } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'cosineSchedule',
  inputs: (random) => ({ times: timesOf(random.uniform([5], 0.3, 1)), offset: random.uniform([], 0.03, 0.1) }),

  mistakes: {
    notNormalised: 'f is not divided by f(0)',
    noOffset: 'the offset is missing',
    offsetNotScaled: 't + s is not divided by 1 + s',
    otherOffset: 'the offset is 0.008, whatever `offset` is',
    noSquare: 'the cosine is not squared',
    sine: 'it is a sine, not a cosine',
    fullPi: 'the angle goes to pi, but must end at pi/2',
    degrees: 'the angle lacks the factor pi/2',
    complement: '1 - alphaBar is returned instead of alphaBar',
    notClipped: 'beta is not limited to 0.999',
    clippedLow: 'beta is limited to 0.99, but must be to 0.999',
    betaDifference: 'beta is the difference of two values of alphaBar, but must be 1 minus their quotient',
    betaQuotient: 'beta is the quotient of two values of alphaBar, but must be 1 minus it',
    betaTurned: 'in beta the quotient is turned round',
    betaOfCosine: 'beta is made of the cosine, not of its square',
    betaComplement: 'beta is 1 - alphaBar at the end of each step, but must be 1 minus the quotient of its two ends',
    linear: 'alphaBar falls linearly, not as a cosine',
    bothClipped: 'alphaBar is limited to 0.001 at least, but only beta has a limit',
  },
  exclusive: [
    ['noOffset', 'offsetNotScaled', 'otherOffset', 'linear'],
    ['noSquare', 'sine', 'fullPi', 'degrees', 'linear', 'complement'],
    ['noOffset', 'notNormalised'],
    [
      'notClipped',
      'clippedLow',
      'bothClipped',
      'betaDifference',
      'betaQuotient',
      'betaTurned',
      'betaOfCosine',
      'betaComplement',
    ],
    ['noSquare', 'betaOfCosine'],
  ],
  alone: [
    'otherOffset',
    'sine',
    'fullPi',
    'degrees',
    'complement',
    'clippedLow',
    'betaTurned',
    'betaOfCosine',
    'betaComplement',
    'linear',
    'bothClipped',
    'betaQuotient',
    'offsetNotScaled',
  ],

  reference({ times, offset }, wrong) {
    const s = wrong.noOffset ? 0 : wrong.otherOffset ? 0.008 : offset;
    const f = (t: number): number => {
      if (wrong.linear) return 1 - t;
      const share = (t + s) / (wrong.offsetNotScaled ? 1 : 1 + s);
      const angle = share * (wrong.degrees ? 1 : wrong.fullPi ? Math.PI : Math.PI / 2);
      // a cosine of pi/2 is 0 in float32, too
      const value = wrong.sine ? Math.sin(angle) : Math.cos(angle);
      return wrong.noSquare ? Math.abs(value) : value ** 2;
    };
    const all = times.map((t) => f(t) / (wrong.notNormalised ? 1 : f(0)));
    const alphaBar = wrong.bothClipped
      ? all.map((value) => Math.max(value, 0.001))
      : wrong.complement
        ? all.map((value) => 1 - value)
        : all;
    const of = wrong.betaOfCosine ? all.map(Math.sqrt) : wrong.complement ? all : alphaBar;
    const limit = wrong.notClipped ? Infinity : wrong.clippedLow ? 0.99 : 0.999;
    const beta = of.slice(1).map((value, i) => {
      const before = of[i]!;
      if (wrong.betaDifference) return before - value;
      if (wrong.betaComplement) return Math.min(1 - value, limit);
      const quotient = wrong.betaTurned ? before / Math.max(value, 1e-3) : value / before;
      return Math.min(wrong.betaQuotient ? quotient : 1 - quotient, limit);
    });
    return { alphaBar, beta };
  },

  hints: [
    'What must alphaBar be at the time 0? What does the division by f(0) do?',
    'The two ends of all steps are two slices of the same tensor. How long is each, and where does it begin?',
    'Where does the limit of 0.999 matter? Look at the last step.',
  ],

  picture: {
    // from 0 to 1 in forty steps; beta has no value at 0
    inputs: () => ({ times: Array.from({ length: 41 }, (_, i) => i / 40), offset: 0.008 }),
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'equal steps',
      points: 1,
      inputs: () => ({ times: Array.from({ length: 8 }, (_, i) => i / 7), offset: 0.05 }),
    },
    { kind: 'leaks', points: 1 },
  ],
});

/** Rising times from 0 to 1 with steps of these sizes. */
function timesOf(steps: readonly number[]): number[] {
  const ends = steps.map((_, i) => steps.slice(0, i + 1).reduce((sum, step) => sum + step, 0));
  return [0, ...ends.map((end) => end / ends.at(-1)!)];
}
