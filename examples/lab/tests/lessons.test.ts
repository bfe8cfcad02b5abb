import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { diagrams } from '../diagrams/index.js';
import { cureOf } from '../experiment/cures.js';
import { defaultsOf } from '../experiment/experiment.js';
import { fields, flawOf, hasField, type Family, type FieldName } from '../experiment/fields.js';
import { readLink, writeLink } from '../experiment/link.js';
import { experimentOf, stories } from '../stories/index.js';
import { viewsOf } from '../views/index.js';
import { layersOf } from '../views/plane-layers.js';

const families = Object.keys(fields.family.choices) as Family[];

describe.each(stories.map((story, i) => [i + 1, story.title, story] as const))('story %i, %s', (number, _, story) => {
  const { family } = story.experiment;

  test('is about a hundred words, with something to do', () => {
    const count = story.words.join(' ').split(/\s+/).length;
    expect(count).toBeGreaterThan(80);
    expect(count).toBeLessThan(125);
    expect(story.tasks.length).toBeGreaterThan(0);
  });

  test('is a link', () => {
    const place = { story: number, page: story.page };
    const read = readLink(writeLink(experimentOf(story), [], place));
    expect(read).toEqual({ experiment: experimentOf(story), hidden: [], place, complaint: '' });
  });

  test('changes only what its family has, and shows layers that there are', () => {
    const trials = (story.trials ?? []).flatMap(({ changes }) => Object.entries(changes));
    for (const [name, value] of [...Object.entries(story.experiment), ...trials]) {
      expect(flawOf(name as FieldName, value)).toBeUndefined();
      expect(hasField(experimentOf(story), name as FieldName)).toBe(true);
    }
    const names = layersOf(family).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...(story.layers ?? [])]));
    const views = viewsOf(experimentOf(story)).map(({ name }) => name);
    expect(views).toEqual(expect.arrayContaining([...(story.opens ?? [])]));
  });
});

describe.each(families)('the diagram of a %s', (family) => {
  const { shapes, stages } = diagrams[family];

  test('lights up parts that it has, and all but its arrows back in some stage', () => {
    const names = shapes.map(({ name }) => name);
    const lit = stages(defaultsOf(family)).flatMap((stage) => stage.lit);
    const fromLeft = stages({ ...defaultsOf(family), direction: 'right' }).flatMap((stage) => stage.lit);
    expect(fromLeft).toEqual(lit);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(lit));
    expect(lit).toEqual(expect.arrayContaining(names));
  });

  test('moves weights once for each player', () => {
    const updates = stages(defaultsOf(family)).flatMap((stage) => (stage.updates === undefined ? [] : [stage.updates]));
    expect(updates).toEqual(family === 'gan' ? [['discriminator'], ['generator']] : [[]]);
  });
});

describe('a cure', () => {
  /** Every kind of verdict in the library, as the guide lists them by family. */
  const kinds = readFileSync('docs/training.md', 'utf8')
    .split('\n')
    .filter((line) => /^\| (?:\[(?:VAEs|GANs|diffusion models)\]|any model)/.test(line))
    .flatMap((line) => [...line.matchAll(/`([a-z ]+)`/g)].map(([, kind]) => kind!));

  test('is known for each verdict of the library', () => {
    expect(kinds.length).toBeGreaterThan(12);
    for (const kind of kinds) expect(cureOf(kind, defaultsOf('gan'))?.words, kind).toMatch(/^[A-Z].*\.$/);
  });

  test('moves controls of the family, and only where that helps', () => {
    const bare = { ...defaultsOf('gan'), penalty: 'none', loss: 'minimax' } as const;
    const controls = (experiment: typeof bare | ReturnType<typeof defaultsOf>) =>
      cureOf('mode collapse', experiment)!.moves.map(({ control }) => control);
    expect(controls(bare)).toEqual(['penalty', 'loss', 'rate']);
    expect(controls(defaultsOf('gan'))).toEqual(['weight', 'rate']);
    for (const family of families)
      for (const kind of kinds)
        for (const { control } of cureOf(kind, defaultsOf(family))!.moves) {
          expect(fields[control]).toBeDefined();
          expect(hasField(defaultsOf(family), control)).toBe(true);
        }
  });

  test('of a run whose weights are lost is a restart at a rate that learns, not a move of the rate', () => {
    for (const family of families) {
      const usual = defaultsOf(family).rate;
      const given = { ...defaultsOf(family), rate: 0.1 };
      const { moves, restart } = cureOf('diverging loss', given)!;
      expect(moves.map(({ control }) => control)).not.toContain('rate');
      expect(restart!.changes).toEqual({ rate: usual });
      // lowered in vain during the run, and as the run began
      const low = { ...given, rate: 0.6 * usual };
      expect(cureOf('diverging loss', low, true)!.restart!.changes.rate).toBe(low.rate);
      expect(cureOf('diverging loss', low)!.restart!.changes.rate).toBeLessThan(low.rate / 2);
      const least = { ...given, rate: fields.rate.low };
      expect(cureOf('diverging loss', least)!.restart!.changes.rate).toBe(fields.rate.low);
      for (const kind of kinds) {
        const { words } = cureOf(kind, given)!;
        const ofGames = ['mode collapse', 'discriminator too strong', 'vanishing gradient', 'oscillation'];
        if (family !== 'gan' && !ofGames.includes(kind)) expect(words, kind).not.toMatch(/\b[DG]\b/);
      }
    }
    expect(cureOf('far from the data', { ...defaultsOf('diffusion'), rate: 0.1 })!.restart).toBeDefined();
    expect(cureOf('far from the data', defaultsOf('diffusion'))!.restart).toBeUndefined();
    expect(cureOf('mode collapse', { ...defaultsOf('gan'), rate: 0.1 })!.restart).toBeUndefined();
  });

  test('is not made up for what the lab does not know', () => {
    expect(cureOf('toString', defaultsOf('vae'))).toBeUndefined();
  });
});
