// How often the lab's verdicts are wrong: `npm run -w examples/lab verdicts` trains healthy and broken experiments of all families on WebAssembly,
// as the lab's worker does, and prints each one with its verdicts. `-- --only gan` runs those whose links contain a text; `--kind broken` one list,
// and `--survey second` one survey. Time is counted in updates, so that samples are measured after the same updates on all machines; `--speed 3` is a
// machine three times as quick.
import './raw-imports.js';
import { parseArgs } from 'node:util';
import { startBackend } from '../../shared/backend.js';
import type { Experiment } from '../experiment/experiment.js';
import { withMeasures, type Verdict } from '../experiment/judge-measures.js';
import { readLink } from '../experiment/link.js';
import { firstLook } from '../experiment/look.js';
import { kindOf } from '../experiment/pictures.js';
import { loadPictures } from '../tests/load-pictures.js';
import type { Measures, News } from '../training/messages.js';
import { openRun } from '../training/open-run.js';

/** Experiments that learn well, which must get no verdict at any time, and experiments that go wrong, with the kinds of verdicts of which one must stand at the end. */
interface Survey {
  readonly healthy: readonly string[];
  readonly broken: readonly (readonly [link: string, ...deserved: string[]])[];
}

/** What may be said of a game, and of a drift, that goes wrong: which of these comes first depends on chance. */
const ofGames = [
  'mode collapse',
  'clouds left out',
  'vanishing gradient',
  'discriminator too strong',
  'diverging loss',
  'oscillation',
  'far from the data',
  'not coming closer',
  'samples got worse',
  'clouds missed',
];
const ofDrifts = ['clouds left out', 'clouds missed', 'far from the data', 'not coming closer'];

/** The runs by which the rules were made. */
const first: Survey = {
  healthy: [
    ...['moons', 'roll', 'ring', 'grid'].flatMap((data, i) => [
      `f=vae&d=${data}&n=600&s=${i + 1}`,
      `f=gan&d=${data}&n=700&s=${i + 1}`,
      `f=diffusion&d=${data}&n=1100&s=${i + 1}`,
      // at a low temperature the clouds of the ring and of the grid are too far from each other
      `f=drifting&d=${data}&n=500&s=${i + 1}${i < 2 ? '' : '&K=0.5'}`,
    ]),
    'f=gan&d=ring&n=700&s=7',
    'f=gan&d=moons&n=700&s=8',
    'f=diffusion&d=ring&n=1100&s=7&y=used',
    'f=vae&d=clothes&n=420&s=1',
    'f=vae&d=emoji&n=420&s=2',
    'f=vae&d=kinds&n=420&s=3',
    'f=gan&d=clothes&n=420&s=1',
    'f=gan&d=emoji&n=420&s=2',
    'f=gan&d=kinds&n=420&s=3',
    'f=diffusion&d=clothes&n=520&s=1',
    'f=diffusion&d=emoji&n=520&s=2',
    'f=diffusion&d=kinds&n=520&s=3',
    'f=tokens&n=300&s=1',
    'f=tokens&n=300&s=2&D=right',
  ],
  broken: [
    ['f=gan&d=moons&r=0.1&n=1400', 'far from the data', 'oscillation'],
    ['f=gan&d=ring&l=least-squares&p=none&r=0.01&n=1600', 'mode collapse'],
    ['f=gan&d=ring&l=wasserstein&p=none&n=1500', 'diverging loss'],
    [
      'f=gan&d=grid&l=minimax&p=none&r=0.01&n=1200',
      'mode collapse',
      'clouds left out',
      'vanishing gradient',
      'discriminator too strong',
    ],
    ['f=diffusion&r=0.1&n=890', 'diverging loss'],
    ['f=diffusion&d=roll&r=0.1&n=890&s=2', 'diverging loss'],
    ['f=diffusion&d=ring&r=0.1&n=1200&s=3', 'diverging loss'],
    ['f=diffusion&d=ring&t=flow&a=flow&r=0.1&n=890', 'diverging loss'],
    ['f=diffusion&t=noise&n=600', 'target blows up'],
    ['f=vae&d=ring&x=1&k=10&n=800', 'posterior collapse'],
    ['f=vae&d=ring&k=0&n=700', 'prior does not fit'],
    ['f=drifting&d=ring&r=0.1&n=500', 'far from the data'],
    ['f=drifting&d=ring&n=500&s=3', 'far from the data'],
    ['f=drifting&d=grid&n=460&s=4', 'clouds left out'],
    ['f=vae&d=moons&r=0.00001&n=600', 'slow learning'],
    ['f=drifting&d=moons&r=0.00001&n=500', 'slow learning'],
  ],
};

/** Runs that were chosen before their verdicts were known: moderate moves of the controls, and mistakes that one can make with them. */
const second: Survey = {
  healthy: [
    'f=vae&d=moons&w=32&n=500&s=11',
    'f=vae&d=grid&r=0.004&b=128&n=600&s=12',
    'f=vae&d=ring&x=0.2&n=500&s=13',
    'f=vae&d=roll&k=0.5&n=500&s=14',
    'f=vae&d=moons&z=4&n=500&s=15',
    'f=gan&d=moons&l=hinge&n=700&s=11',
    'f=gan&d=ring&l=least-squares&n=700&s=12',
    'f=gan&d=roll&g=0.3&n=700&s=13',
    'f=gan&d=grid&b=256&n=700&s=14',
    'f=gan&d=ring&j=2&n=600&s=15',
    'f=gan&d=moons&w=128&r=0.001&n=700&s=16',
    'f=gan&d=ring&l=wasserstein&p=gradient&g=1&n=800&s=17',
    'f=diffusion&d=moons&a=linear&n=500&s=11',
    'f=diffusion&d=ring&t=sample&n=500&s=12',
    'f=diffusion&d=roll&t=flow&a=flow&n=500&s=13',
    'f=diffusion&d=grid&w=128&r=0.002&n=500&s=14',
    'f=diffusion&d=moons&m=ddim&c=30&b=128&n=500&s=15',
    'f=diffusion&d=ring&y=used&o=2&n=500&s=16',
    'f=drifting&d=moons&K=0.1&b=256&n=450&s=11',
    'f=drifting&d=roll&r=0.005&n=450&s=12',
    'f=drifting&d=ring&K=0.3&b=256&n=500&s=13',
    'f=drifting&d=grid&K=0.7&b=256&n=500&s=14',
    'f=vae&d=clothes&z=16&n=300&s=11',
    'f=vae&d=kinds&k=0.5&n=250&s=12',
    'f=vae&d=emoji&h=8&n=250&s=15',
    'f=gan&d=clothes&g=0.1&n=250&s=13',
    'f=diffusion&d=kinds&h=8&n=200&s=14',
    'f=diffusion&d=clothes&a=linear&b=16&n=250&s=15',
    'f=tokens&w=32&n=300&s=11',
    'f=tokens&D=right&r=0.001&n=300&s=12',
  ],
  broken: [
    ['f=vae&d=grid&k=10&x=0.8&n=500&s=11', 'posterior collapse'],
    ['f=vae&d=roll&k=0&n=500&s=12', 'prior does not fit'],
    ['f=vae&d=moons&r=0.1&n=500&s=13', 'diverging loss', 'far from the data', 'posterior collapse'],
    ['f=vae&d=ring&r=0.00002&n=500&s=14', 'slow learning'],
    ['f=gan&d=roll&r=0.05&n=700&s=15', 'far from the data', 'oscillation', 'mode collapse', 'discriminator too strong'],
    ['f=gan&d=ring&p=none&r=0.01&n=800&s=16', 'mode collapse', 'clouds left out', 'oscillation'],
    ['f=gan&d=moons&l=wasserstein&p=none&n=900&s=17', 'diverging loss'],
    [
      'f=gan&d=grid&l=minimax&p=none&j=5&r=0.005&n=800&s=18',
      'vanishing gradient',
      'discriminator too strong',
      'clouds left out',
      'mode collapse',
    ],
    ['f=gan&d=ring&r=0.00002&n=500&s=19', 'slow learning'],
    ['f=diffusion&d=ring&t=noise&n=600&s=11', 'target blows up'],
    ['f=diffusion&d=grid&r=0.1&n=600&s=12', 'diverging loss', 'far from the data', 'no better than a constant'],
    ['f=diffusion&d=roll&r=0.00002&n=500&s=13', 'slow learning', 'no better than a constant'],
    ['f=drifting&d=grid&K=0.02&n=450&s=14', 'clouds left out', 'far from the data'],
    ['f=drifting&d=moons&r=0.1&n=450&s=15', 'far from the data'],
    [
      'f=gan&d=clothes&p=none&r=0.01&n=300&s=16',
      'mode collapse',
      'discriminator too strong',
      'vanishing gradient',
      'oscillation',
    ],
    ['f=tokens&r=0.1&n=200&s=17', 'diverging loss', 'no better than a constant'],
  ],
};
/** Runs that were chosen and committed before any of them was made, for the verdicts of the lab's measures: lengths, rates and temperatures that the other two lack. */
const third: Survey = {
  healthy: [
    'f=vae&d=moons&n=1500&s=31',
    'f=vae&d=ring&n=1500&s=32',
    'f=vae&d=grid&n=2500&s=33',
    'f=vae&d=roll&n=1500&s=34',
    'f=vae&d=moons&k=0.3&n=1000&s=35',
    'f=vae&d=ring&z=3&x=0.08&n=1500&s=36',
    'f=gan&d=moons&n=1200&s=31',
    'f=gan&d=ring&n=1200&s=32',
    'f=gan&d=grid&b=256&n=2500&s=33',
    'f=gan&d=roll&n=1500&s=34',
    'f=gan&d=ring&l=hinge&n=1000&s=35',
    'f=gan&d=moons&l=least-squares&n=1000&s=36',
    'f=gan&d=roll&l=wasserstein&p=gradient&g=1&n=1500&s=37',
    'f=diffusion&d=moons&n=1500&s=31',
    'f=diffusion&d=ring&t=sample&n=1200&s=32',
    'f=diffusion&d=grid&n=2000&s=33',
    'f=diffusion&d=roll&a=flow&t=flow&n=1200&s=34',
    'f=diffusion&d=moons&a=linear&r=0.001&n=1500&s=35',
    'f=diffusion&d=ring&y=used&n=1000&s=36',
    'f=diffusion&d=roll&m=ddpm&c=50&n=800&s=37',
    'f=drifting&d=moons&n=800&s=31',
    'f=drifting&d=ring&K=0.2&n=800&s=32',
    'f=drifting&d=roll&K=0.3&n=800&s=33',
    'f=drifting&d=grid&n=2000&s=34',
    'f=vae&d=clothes&n=600&s=31',
    'f=gan&d=emoji&n=500&s=32',
    'f=diffusion&d=clothes&n=500&s=33',
    'f=vae&d=kinds&n=400&s=34',
    'f=tokens&n=500&s=31',
    'f=tokens&D=right&n=500&s=32',
  ],
  broken: [
    ['f=vae&d=moons&k=0&n=1200&s=61', 'prior does not fit', 'far from the data'],
    ['f=vae&d=grid&k=0&n=1200&s=62', 'prior does not fit', 'far from the data'],
    ['f=vae&d=roll&k=0&z=4&n=1200&s=63', 'prior does not fit', 'far from the data'],
    ['f=vae&d=moons&k=10&x=0.6&n=800&s=64', 'posterior collapse'],
    [
      'f=vae&d=ring&r=0.05&n=800&s=65',
      'diverging loss',
      'far from the data',
      'posterior collapse',
      'not coming closer',
    ],
    ['f=vae&d=roll&r=0.00005&n=800&s=66', 'slow learning'],
    ['f=vae&d=grid&r=0.00015&n=600&s=67', 'slow learning'],
    ['f=gan&d=ring&r=0.0001&n=600&s=68', 'slow learning'],
    ['f=gan&d=grid&l=minimax&p=none&r=0.005&n=1500&s=69', ...ofGames],
    ['f=gan&d=grid&l=minimax&p=none&n=1500&s=70', ...ofGames],
    ['f=gan&d=moons&l=wasserstein&p=none&n=1200&s=71', ...ofGames],
    ['f=gan&d=ring&l=wasserstein&p=none&r=0.005&n=1000&s=72', ...ofGames],
    ['f=gan&d=grid&l=wasserstein&p=none&n=1200&s=73', ...ofGames],
    ['f=gan&d=roll&r=0.08&n=900&s=74', ...ofGames],
    ['f=gan&d=ring&p=none&r=0.02&n=900&s=75', ...ofGames],
    ['f=gan&d=moons&l=hinge&p=none&r=0.03&n=900&s=76', ...ofGames],
    ['f=diffusion&d=moons&r=0.1&n=700&s=77', 'diverging loss', 'far from the data', 'no better than a constant'],
    ['f=diffusion&d=grid&t=sample&r=0.08&n=700&s=78', 'diverging loss', 'far from the data', 'not coming closer'],
    ['f=diffusion&d=ring&r=0.00003&n=600&s=79', 'slow learning', 'no better than a constant'],
    ['f=diffusion&d=roll&t=noise&n=600&s=80', 'target blows up'],
    ['f=diffusion&d=moons&r=0.0002&n=300&s=81', 'slow learning'],
    ['f=drifting&d=moons&K=0.03&n=800&s=82', ...ofDrifts],
    ['f=drifting&d=roll&K=0.02&n=800&s=83', ...ofDrifts],
    ['f=drifting&d=ring&K=0.05&n=800&s=84', ...ofDrifts],
    ['f=drifting&d=grid&K=0.04&n=900&s=85', ...ofDrifts],
    ['f=drifting&d=moons&r=0.00005&n=500&s=86', 'slow learning'],
    ['f=gan&d=clothes&r=0.01&n=400&s=87', ...ofGames],
    ['f=tokens&r=0.1&n=250&s=88', 'no better than letter frequencies', 'diverging loss'],
    ['f=tokens&D=right&r=0.05&n=250&s=89', 'no better than letter frequencies', 'diverging loss'],
    ['f=tokens&r=0.00001&n=300&s=90', 'no better than letter frequencies', 'slow learning'],
  ],
};
const surveys = { first, second, third };

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    kind: { type: 'string' },
    survey: { type: 'string' },
    speed: { type: 'string', default: '1' },
  },
});
/** What an update takes on the machine of these runs, in milliseconds. */
const UPDATE = { points: 4, pictures: 40, words: 40 };

/** The kinds of verdicts at any time and at the end of a run, as its page would show them. */
async function verdictsOf(experiment: Experiment): Promise<{ ever: string[]; last: readonly Verdict[]; far: string }> {
  const measures: Measures[] = [];
  const post = (one: unknown): void => {
    const news = one as News;
    if (news.kind === 'measures') measures.push(news.measures);
    if (news.kind === 'ready') entropy = news.words?.entropy;
  };
  const watched = { views: [], look: firstLook };
  const update = UPDATE[kindOf(experiment.data)] / Number(options.speed);
  let step = 0;
  let entropy: number | undefined;
  const channel = { post, onMessage: () => undefined };
  const clock = { now: () => update * step };
  const run = await openRun({ experiment, watched, session: 1 }, channel, loadPictures, clock);
  const ever = new Set<string>();
  let last: readonly Verdict[] = [];
  run.subscribe(({ report, status, error, step: now, history }) => {
    step = now;
    if (status === 'failed') throw new Error(error?.message);
    if (report === undefined) return;
    last = withMeasures(experiment, report.standing ?? [], measures, undefined, { history, entropy });
    for (const { kind } of last) ever.add(kind);
  });
  await run.start();
  await run.dispose();
  // the page judges once more when the last samples are measured
  const { report, history } = run.snapshot();
  last = withMeasures(experiment, report?.standing ?? [], measures, undefined, { history, entropy });
  for (const { kind } of last) ever.add(kind);
  const end = measures.at(-1);
  return { ever: [...ever], last, far: end === undefined ? '' : (end.energyDistance / end.baseline).toPrecision(3) };
}

const chosen = (kind: string, link: string): boolean => (options.kind ?? kind) === kind && link.includes(options.only);
const experimentIn = (link: string): Experiment => {
  const { experiment, complaint } = readLink(`#v=1&${link}`);
  if (complaint !== '') throw new Error(`${link}: ${complaint}`);
  return experiment;
};

await startBackend();
for (const [name, { healthy, broken }] of Object.entries(surveys)) {
  if ((options.survey ?? name) !== name) continue;
  const wrong = { healthy: 0, broken: 0 };
  const all = { healthy: 0, broken: 0 };
  for (const [link, ...deserved] of broken) {
    if (!chosen('broken', link)) continue;
    const { last, far } = await verdictsOf(experimentIn(link));
    const isRight = last.some(({ kind }) => deserved.includes(kind));
    all.broken++;
    if (!isRight) wrong.broken++;
    console.log(`${isRight ? 'right' : 'WRONG'}  ${link}  times as far: ${far}`);
    for (const { kind, message } of last) console.log(`       ${kind}: ${message}`);
  }
  for (const link of healthy) {
    if (!chosen('healthy', link)) continue;
    const { ever, far } = await verdictsOf(experimentIn(link));
    all.healthy++;
    if (ever.length > 0) wrong.healthy++;
    console.log(`${ever.length === 0 ? 'right' : 'WRONG'}  ${link}  times as far: ${far}  ${ever.join(', ')}`);
  }
  console.log(
    `the ${name} survey: ${wrong.broken} of ${all.broken} broken runs missed, ${wrong.healthy} of ${all.healthy} healthy runs blamed`,
  );
}
