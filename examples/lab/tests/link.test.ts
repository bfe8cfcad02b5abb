import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cosineSchedule,
  createDenoiser,
  createRandom,
  denoisingMlp,
  flowSchedule,
  linearSchedule,
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
} from '../../../src/index.js';
import { maxClassesOf } from '../experiment/classes.js';
import { canLearn, defaultsOf, fieldNames, firstDataOf, type Experiment } from '../experiment/experiment.js';
import { fields, hasField, type Family, type Field } from '../experiment/fields.js';
import { readLink, writeLink } from '../experiment/link.js';
import { MAX_DRAWN, snapped } from '../experiment/points.js';
import { readExperiment } from '../experiment/read-experiment.js';
import { withoutClash } from '../experiment/without-clash.js';
import { experimentOf, stories } from '../stories/index.js';

const families = Object.keys(fields.family.choices) as Family[];

/** A value that a control can give. */
function valueOf(field: Field): fc.Arbitrary<string | number> {
  if (field.kind === 'choice')
    return fc.constantFrom(...Object.keys(field.choices).filter((word) => word !== 'csv' && word !== 'own'));
  const { low, high, step = 1 } = field;
  return field.kind === 'integer'
    ? fc.integer({ min: Math.ceil(low / step), max: Math.floor(high / step) }).map((n) => n * step)
    : fc.double({ min: low, max: high, noNaN: true });
}

const point = fc.tuple(
  fc.double({ min: -2.5, max: 2.5, noNaN: true }),
  fc.double({ min: -2.5, max: 2.5, noNaN: true }),
);

/** Any experiment that the controls can make. */
const experiments: fc.Arbitrary<Experiment> = fc.constantFrom(...families).chain((family) =>
  fc
    .tuple(
      fc.record(Object.fromEntries(fieldNames.map((name) => [name, valueOf(fields[name])]))),
      fc.array(point, { minLength: 1, maxLength: MAX_DRAWN }),
    )
    .map(([values, points]) => {
      const drawn = values['data'] as Experiment['data'];
      const data = canLearn(family, drawn) ? drawn : firstDataOf(family);
      const own = Object.fromEntries(
        Object.entries({ ...values, shown: Math.min(values['shown'] as number, maxClassesOf(data)) }).filter(([name]) =>
          hasField({ family, data }, name as 'seed'),
        ),
      );
      const { experiment } = withoutClash({ ...defaultsOf(family, data), ...own, family, data });
      return experiment.data === 'drawn' ? { ...experiment, points: points.map(snapped) } : experiment;
    }),
);

const places = fc.record({
  story: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
  page: fc.constantFrom(undefined, 'side' as const, 'one' as const),
});

test('a story in a link without a family sets its experiment, which other keys change', () => {
  for (const [i, story] of stories.entries()) {
    const read = readLink(`#v=1&story=${i + 1}`);
    expect(read).toMatchObject({ experiment: experimentOf(story), place: { story: i + 1, page: story.page } });
    expect(read.complaint).toBe('');
  }
  const third = experimentOf(stories[2]!);
  expect(readLink('#v=1&story=3&s=5').experiment).toEqual({ ...third, seed: 5 });
  // a link that was written in a story, after its cure
  const cured = { ...third, ...stories[2]!.trials![0]!.changes };
  expect(readLink(writeLink(cured, [], { story: 3 })).experiment).toEqual(cured);
});

test('a link says why it cannot bring points or pictures of files, and that it opens one page', () => {
  const complaintOf = (link: string): string => readLink(`#v=1&${link}`).complaint;
  for (const family of ['vae', 'gan', 'diffusion', 'drifting'])
    expect(complaintOf(`f=${family}&d=csv`)).toContain(
      'the points of a CSV file are not in a link: open the file here',
    );
  expect(complaintOf('f=gan&d=own')).toContain('pictures from files are not in a link: choose them here');
  const two = 'Side by side and One call are two pages, and a link can open only one';
  expect(complaintOf('one=1&side=1')).toContain(two);
  expect(complaintOf('side=1&one=1')).toContain(two);
  expect(complaintOf('side=1&one=0')).toBe('');
});

test('noise and a straight schedule exclude each other, wherever they come from', () => {
  const { experiment, complaint } = readLink('#v=1&f=diffusion&t=noise&a=flow');
  expect(experiment).toMatchObject({ schedule: 'flow', target: 'flow' });
  expect(complaint).toMatch(/^A straight schedule ends in pure noise\..* The network now predicts Flow\.$/);
  const both = { ...defaultsOf('diffusion'), schedule: 'flow', target: 'noise' } as const;
  expect(withoutClash(both, 'target').experiment).toMatchObject({ schedule: 'cosine', target: 'noise' });
  expect(() => readExperiment(both)).toThrow('its network predicts the noise, which a straight schedule excludes');
  // the other eleven pairs can be made
  for (const schedule of Object.keys(fields.schedule.choices) as Experiment['schedule'][])
    for (const target of Object.keys(fields.target.choices) as Experiment['target'][]) {
      const pair = { ...defaultsOf('diffusion'), schedule, target };
      const denoiser = () =>
        createDenoiser(denoisingMlp({ size: 2, width: 4, random: createRandom(1) }), {
          schedule: { cosine: cosineSchedule, linear: linearSchedule, flow: flowSchedule }[schedule]({ steps: 200 }),
          predicts: { velocity: predictVelocity, noise: predictNoise, sample: predictSample, flow: predictFlow }[
            target
          ],
        }).dispose();
      if (withoutClash(pair).why === '') denoiser();
      else expect(denoiser).toThrow('must separate data from noise');
    }
});

test('docs/lab.md lists the key and the range of each setting', () => {
  const rows = readFileSync('docs/lab.md', 'utf8').matchAll(/^\| `(\w)` *\| (.*?) *\| (.*?) *\|$/gm);
  const values = (field: Field): string =>
    field.kind === 'choice'
      ? Object.keys(field.choices)
          .map((word) => `\`${word}\``)
          .join(', ')
      : `${field.low} to ${field.high}`;
  expect([...rows].map(([, ...cells]) => cells)).toEqual(
    Object.values(fields).map((field: Field) => [field.key, field.label, values(field)]),
  );
});

describe('a link', () => {
  test('has the whole experiment, in at most 2,000 characters', () => {
    fc.assert(
      fc.property(experiments, fc.subarray(fieldNames), places, (experiment, hidden, place) => {
        const link = writeLink(experiment, hidden, place);
        expect(link.length).toBeLessThanOrEqual(2_000);
        expect(readLink(link)).toEqual({ experiment, hidden, place, complaint: '' });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('of pictures of one’s own leads to pictures that all have', () => {
    const experiment = { ...defaultsOf('vae', 'own'), latent: 4 };
    expect(readLink(writeLink(experiment)).experiment).toEqual({ ...experiment, data: 'emoji' });
  });

  test('of a drifting model without a temperature keeps the temperature that such links have always had', () => {
    expect(readLink('#v=1&f=drifting&d=ring').experiment.tau).toBe(0.05);
    const now = defaultsOf('drifting', 'ring');
    expect(now.tau).not.toBe(0.05);
    expect(writeLink(now)).toContain(`&K=${now.tau}`);
  });

  test('without anything is the first experiment', () => {
    expect(readLink('')).toEqual({
      experiment: defaultsOf('diffusion'),
      hidden: [],
      place: { story: undefined, page: undefined },
      complaint: '',
    });
  });

  test.each([
    ['#v=2&f=gan', 'In the link: its version is "2", not 1. The rest is used.', { family: 'gan' }],
    [
      '#v=1&f=vea',
      'In the link: Family must be one of vae, gan, diffusion, drifting, tokens. The rest is used.',
      { family: 'diffusion' },
    ],
    ['#v=1&r=fast', 'In the link: Learning rate is a number from 0.00001 to 0.1, not "fast". The rest is used.', {}],
    ['#v=1&r=', 'In the link: Learning rate is a number from 0.00001 to 0.1, not "". The rest is used.', {}],
    [
      '#v=1&n=2.5&s=7',
      'In the link: Updates is a whole number from 1 to 100000, not "2.5". The rest is used.',
      { seed: 7 },
    ],
    ['#v=1&b=1e9', 'In the link: Batch size is a whole number from 8 to 1024, not "1e9". The rest is used.', {}],
    [
      '#v=1&f=gan&d=clothes&h=20&w=32',
      'In the link: Channels is a multiple of 8 from 8 to 64, not "20". The rest is used.',
      { data: 'clothes', channels: 16, batch: 32 },
    ],
    [
      '#v=1&f=gan&d=clothes&i=11&y=some&j=0',
      'In the link: Classes must be one of none, used, not "some"; Class shown is a whole number from 0 to 10, not "11"; Updates of D is a whole number from 1 to 10, not "0". The rest is used.',
      { data: 'clothes', classes: 'used', shown: 0, ratio: 1 },
    ],
    ['#v=1&f=vae&d=ring&y=used&o=3', '', { data: 'ring', classes: 'none', guidance: 1 }],
    ['#v=1&d=ring&y=used&i=8&o=3', '', { classes: 'used', shown: 8, guidance: 3 }],
    ['#v=1&d=toString', /Data must be one of .*, not "toString"/, {}],
    ['#v=1&story=9', 'In the link: Story is a whole number from 1 to 8, not "9". The rest is used.', {}],
    ['#v=1&f=tokens', '', { family: 'tokens', data: 'words', direction: 'blanks' }],
    [
      '#v=1&f=tokens&d=ring&D=right',
      'In the link: Tokens cannot learn "ring". The rest is used.',
      { data: 'words', direction: 'right' },
    ],
    [
      '#v=1&f=gan&d=words',
      'In the link: GAN cannot learn "words". The rest is used.',
      { family: 'gan', data: 'moons' },
    ],
    [
      '#v=1&f=drifting&d=clothes&K=0.1',
      'In the link: Drifting cannot learn "clothes". The rest is used.',
      { family: 'drifting', data: 'moons', tau: 0.1 },
    ],
    ['#v=1&side=yes', 'In the link: Side by side is 0 or 1, not "yes". The rest is used.', {}],
    ['#v=1&one=2', 'In the link: One call is 0 or 1, not "2". The rest is used.', {}],
    ['#v=1&hide=r.rate.b', 'In the link: no control is called "rate", which it hides. The rest is used.', {}],
    ['#v=1&zz=1', 'In the link: nothing is called "zz". The rest is used.', {}],
    ['#v=1&d=drawn&q=AAA', 'In the link: its drawn points cannot be read. The rest is used.', { data: 'moons' }],
    ['#v=1&d=drawn', 'In the link: it has no drawn points. The rest is used.', { data: 'moons' }],
    ['#v=1&n=5&w=0&%3Cscript%3E=1', /Width is .*; nothing is called "<script>"/, { steps: 5 }],
  ])('%s names what is wrong', (link, complaint, rest) => {
    const read = readLink(link);
    if (typeof complaint === 'string') expect(read.complaint).toBe(complaint);
    else expect(read.complaint).toMatch(complaint);
    expect(read.experiment).toMatchObject(rest);
  });
});
