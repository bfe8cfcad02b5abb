import { defineExercise, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'freeNats',
  inputs: (random) => ({ divergences: divergencesOf(random.uniform([4, 5])) }),

  mistakes: {
    noLimit: 'no nats are free: the limit is missing',
    eachExample: 'the limit is applied to each example, but must be applied to the means over the batch',
    allTogether: 'the limit is applied to the sum of all latents, but each latent has its own',
    allTogetherScaled: 'one limit for all latents is applied to their sum, but each latent has its own',
    hinge: 'free nats are subtracted, but a latent below the limit must cost the limit itself',
    minimum: 'the smaller of limit and mean is taken, but the larger one must be',
    added: 'the limit is added to each latent',
    limitOne: 'the limit is 1, but must be 0.5',
    limitTwo: 'the limit is 2, but must be 0.5',
    meanOverLatents: 'it is a mean over the latents, not a sum',
    sumOverBatch: 'the examples are added up before the limit, but their mean must be compared with it',
    latentsAndBatch: 'examples and latents are exchanged',
    perLatent: 'there is one number for each latent, but they must be added up',
    idleAreFree: 'latents below the limit cost nothing, but must cost the limit',
    largestOnly: 'only the most expensive latent counts, but all must',
    negative: 'it has the wrong sign',
    smooth: 'the limit is a softplus, but must be a maximum',
  },
  exclusive: [
    ['noLimit', 'eachExample', 'allTogether', 'hinge', 'minimum', 'added', 'limitOne', 'idleAreFree'],
    ['meanOverLatents', 'perLatent'],
    ['perLatent', 'allTogether'],
    ['sumOverBatch', 'eachExample', 'noLimit'],
  ],
  alone: [
    'allTogether',
    'allTogetherScaled',
    'limitTwo',
    'latentsAndBatch',
    'idleAreFree',
    'largestOnly',
    'smooth',
    'limitOne',
    'added',
    'perLatent',
  ],

  reference({ divergences }, wrong) {
    const rows = wrong.latentsAndBatch ? transposed(divergences) : divergences;
    const latents = rows[0]!.length;
    const limit = wrong.limitOne ? 1 : wrong.limitTwo ? 2 : 0.5;
    const bounded = (value: number): number => {
      if (wrong.noLimit) return value;
      if (wrong.hinge) return Math.max(0, value - limit);
      if (wrong.minimum) return Math.min(limit, value);
      if (wrong.added) return value + limit;
      if (wrong.smooth) return limit + Math.log1p(Math.exp(value - limit));
      return wrong.idleAreFree ? (value < limit ? 0 : value) : Math.max(limit, value);
    };
    const columns = transposed(rows);
    const means = columns.map((column) => (wrong.sumOverBatch ? sumOf(column) : meanOf(column)));
    if (wrong.allTogether) return Math.max(limit, sumOf(means));
    if (wrong.allTogetherScaled) return Math.max(limit * latents, sumOf(means));
    const costs = wrong.eachExample ? columns.map((column) => meanOf(column.map(bounded))) : means.map(bounded);
    const sign = wrong.negative ? -1 : 1;
    if (wrong.largestOnly) return Math.max(...costs);
    if (wrong.perLatent) return costs.map((cost) => sign * cost);
    return sign * (wrong.meanOverLatents ? meanOf(costs) : sumOf(costs));
  },

  hints: [
    'There are a mean, a maximum and a sum. Which comes first, and over which axis?',
    'A latent whose mean is below the limit has no gradient. Which operation does that to its divergence?',
    'What is the result if all divergences are 0?',
  ],

  picture: {
    unit: 'nats',
    // one latent, from 0 to 2
    inputs: () => Array.from({ length: 41 }, (_, i) => ({ divergences: [[i / 20]] })),
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'idle latents',
      points: 1,
      inputs: (random) => ({ divergences: random.uniform([5, 3], 0, 0.15) }),
    },
    {
      kind: 'gradients',
      points: 2,
      // means far from the limit, where the derivative jumps
      inputs: (random) => ({
        divergences: random.uniform([4, 3]).map((row) => row.map((value, j) => (j === 1 ? 0.4 * value : 0.7 + value))),
      }),
    },
    { kind: 'leaks', points: 1 },
  ],
});

/** Latents that are idle, busy, and busy for some examples only. */
function divergencesOf(draws: readonly (readonly number[])[]): number[][] {
  return draws.map((row, i) => row.map((value, j) => value * [0.3, 2, 0.4, 3, i === 0 ? 1.9 : 0.01][j]!));
}

function transposed(rows: readonly (readonly number[])[]): number[][] {
  return rows[0]!.map((_, j) => rows.map((row) => row[j]!));
}
