import { expect, test } from 'vitest';
import { count } from '../../support/counts.js';
import { judgeMutants, loaders } from './judge-mutants.js';
import { kinds } from './mutants.js';
import { inScope } from '../../support/in-scope.js';

inScope();

/** Of each kind of each file; mutants.long.test.ts has more. */
const PER_KIND = 3;

/**
 * Kinds of which some are the same numbers in other words: a blank that has become a tab, zeros where there were zeros, weights without a
 * format, as other libraries write them, a function in the description of a run, which is not compared.
 */
const mayLoad = [
  'a bit turned',
  'a byte replaced',
  'a block of zeros',
  'two blocks swapped',
  'blanks in its header',
  'its keys in another order',
  'metadata left out',
  'a run of other numbers',
];

test.each(Object.entries(loaders))(
  '%s that is broken is refused in one sentence, or gives the model that was saved; nothing is left behind',
  async (_, make) => {
    const counts = await judgeMutants(await make(), PER_KIND);
    for (const [kind, { refused }] of Object.entries(counts)) {
      if (!mayLoad.includes(kind)) expect({ kind, refused }).toEqual({ kind, refused: PER_KIND });
    }
    const broken = Object.values(counts).map(({ refused, loaded }) => refused + loaded);
    count(
      'broken files',
      broken.reduce((sum, number) => sum + number),
    );
    expect(counts['blanks in its header']).toEqual({ refused: 0, loaded: PER_KIND });
    expect(counts['its keys in another order']).toEqual({ refused: 0, loaded: PER_KIND });
  },
);

test('there are 33 kinds or more, and 500 mutants or more', () => {
  const [all, some] = [Object.keys(kinds.checkpoint).length, Object.keys(kinds.weights).length];
  expect(all).toBeGreaterThanOrEqual(33);
  expect(PER_KIND * (3 * all + some)).toBeGreaterThanOrEqual(500);
  count('kinds of broken files', all);
});
