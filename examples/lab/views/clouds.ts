import { classCountOf } from '../experiment/classes.js';
import { countsByCloud, coverageOf, modesOf, type Coverage } from '../data/modes.js';
import { drawWords, type Canvas } from './canvas.js';
import type { LabView, Seen } from './view.js';

/** Pixels above and below the bars. */
const [TOP, FOOT] = [16, 18];

/** The share of samples in each cloud of the data, as bars next to an equal share; of the generator's current samples, if they are shown. */
export const clouds: LabView = {
  name: 'clouds',
  title: 'Samples in each cloud',
  about:
    'Each bar is the share of samples in one cloud of the data; the line is an equal share. A cloud counts once it has a fifth of that.',
  families: ['vae', 'gan', 'diffusion', 'drifting'],
  arrays: [],
  isOpen: true,
  ratio: 0.22,
  isOfPlane: true,
  isDescribed: true,
  // of samples of one class there is nothing to count
  fits: (experiment) =>
    modesOf(experiment) !== undefined && (experiment.shown === 0 || classCountOf(experiment) === undefined),
  draw(canvas: Canvas, seen: Seen) {
    const { context, width, height, colors } = canvas;
    const shares = sharesOf(seen);
    const fair = 1 / shares.length;
    const top = Math.max(2 * fair, ...shares);
    const y = (share: number): number => height - FOOT - (share / top) * (height - FOOT - TOP);
    const step = width / shares.length;
    shares.forEach((share, i) => {
      context.fillStyle = colors.samples;
      context.fillRect(i * step + step * 0.15, y(share), step * 0.7, height - FOOT - y(share));
      if (shares.length <= 10 || i % 4 === 0)
        drawWords(canvas, String(i + 1), [(i + 0.5) * step, height - FOOT / 2], colors.soft, 'center');
    });
    context.fillStyle = colors.text;
    context.fillRect(0, Math.round(y(fair)), width, 1);
    // above all bars
    drawWords(canvas, `line: equal share, ${percent(fair)}`, [width - 4, TOP / 2], colors.text, 'right');
  },
  describe(seen) {
    const shares = sharesOf(seen);
    const { covered, all } = coverageIn(seen)!;
    const between = Math.max(0, 1 - shares.reduce((sum, share) => sum + share, 0));
    return (
      `${covered} of ${all} clouds have samples; ${percent(between)} of the samples are in no cloud, ` +
      `and the fullest has ${percent(Math.max(...shares))}.`
    );
  },
};

/** The samples that are counted: of the generator as it is now if these are shown, otherwise of its average. */
const countedIn = ({ arrays }: Seen['frame']): Float32Array =>
  arrays['now'] ?? arrays['samples'] ?? new Float32Array(0);

/** How many clouds have samples; undefined if the data are not clouds. */
export const coverageIn = ({ experiment, frame }: Pick<Seen, 'experiment' | 'frame'>): Coverage | undefined =>
  coverageOf(experiment, countedIn(frame));

function sharesOf({ experiment, frame }: Seen): number[] {
  const samples = countedIn(frame);
  const all = Math.max(1, samples.length / 2);
  return countsByCloud(modesOf(experiment)!, samples).map((count) => count / all);
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;
