import { ENCODED, STOPS } from '../training/sizes.js';
import { drawDots, drawLines, drawMark, drawTicks, placing, type Canvas, type Placing } from './canvas.js';
import type { Handle, LabView, Seen } from './view.js';

/** The latent plane reaches this far from 0 in standard deviations of the prior. */
const LATENT_REACH = 3.2;

/** The mark in the latent plane, whose place is decoded. */
export const latentHandle: Handle = {
  label: 'Latent plane: move the decoded place with the arrow keys',
  reach: LATENT_REACH,
  at: ({ z }) => z,
  moved: (z) => ({ z }),
};

/** The posteriors of some data in the plane of the first two latents: ellipses of one standard deviation, with the prior's circles. */
export const latents: LabView = {
  name: 'latents',
  title: 'Latent plane',
  about:
    'Each ellipse is q(z|x) for one data point; the circles are one and two standard deviations of the prior. Drag the mark, ' +
    'or move it with the arrow keys: the mark among the data shows the decoded point.',
  families: ['vae'],
  arrays: ['posterior', 'decoded', 'interpolation'],
  isOpen: true,
  ratio: 1,
  legend: [
    ['samples', 'q(z|x)'],
    ['faint', 'prior'],
    ['third', 'z, and a path between two points'],
  ],
  handle: latentHandle,
  button: { label: 'Choose two other points', press: ({ pair: [, to] }) => ({ pair: [to, (to + 7) % ENCODED] }) },
  draw(canvas: Canvas, { frame, look }: Seen) {
    const { colors } = canvas;
    const place = drawPosteriors(canvas, frame.arrays['posterior']);
    if (place === undefined) return;
    const way = columns(frame.arrays['interpolation'] ?? new Float32Array(0), 0);
    drawLines(canvas, place, way, STOPS, colors.third);
    drawDots(canvas, place, way, colors.third, 3);
    drawMark(canvas, [place.x(look.z[0]), place.y(look.z[1])], colors.third);
  },
  describe({ frame, look }) {
    const ellipses = posteriorsInWords(frame.arrays['posterior']);
    const decoded = frame.arrays['decoded'];
    return ellipses === undefined || decoded === undefined
      ? (ellipses ?? 'The latent plane is not computed yet.')
      : `${ellipses} The decoder turns ${pointInWords(look.z)} into ${pointInWords(decoded)}.`;
  },
};

/** Draws the prior, and ellipses of posteriors around their means; where places of the plane are, if there are posteriors. */
export function drawPosteriors(canvas: Canvas, posterior: Float32Array | undefined): Placing | undefined {
  const { context, colors } = canvas;
  const place = placing(canvas, LATENT_REACH);
  drawTicks(canvas, place, LATENT_REACH);
  context.strokeStyle = colors.faint;
  for (const radius of [1, 2]) {
    context.beginPath();
    context.arc(place.x(0), place.y(0), radius * place.unit, 0, 2 * Math.PI);
    context.stroke();
  }
  if (posterior === undefined) return undefined;
  context.strokeStyle = colors.samples;
  context.globalAlpha = 0.45;
  const means = new Float32Array(posterior.length / 2);
  context.beginPath();
  for (let i = 0; i < posterior.length; i += 4) {
    const [x, y, sx, sy] = posterior.subarray(i, i + 4) as unknown as [number, number, number, number];
    means.set([x, y], i / 2);
    context.moveTo(place.x(x + sx), place.y(y));
    context.ellipse(place.x(x), place.y(y), sx * place.unit, sy * place.unit, 0, 0, 2 * Math.PI);
  }
  context.stroke();
  context.globalAlpha = 1;
  drawDots(canvas, place, means, colors.samples, 1.5);
  return place;
}

/** How wide the posteriors are; undefined before they are computed. */
export function posteriorsInWords(posterior: Float32Array | undefined): string | undefined {
  if (posterior === undefined) return undefined;
  let width = 0;
  for (let i = 0; i < posterior.length; i += 4) width += posterior[i + 2]! + posterior[i + 3]!;
  return `${posterior.length / 4} posteriors; their mean standard deviation is ${((2 * width) / posterior.length).toFixed(2)}, the prior's is 1.`;
}

/** Two of the four numbers in each row, from a column on. */
export function columns(rows: Float32Array, first: 0 | 2): Float32Array {
  const pairs = new Float32Array(rows.length / 2);
  for (let i = 0; i < rows.length; i += 4) pairs.set(rows.subarray(i + first, i + first + 2), i / 2);
  return pairs;
}

export const pointInWords = (point: ArrayLike<number>): string => `(${point[0]!.toFixed(2)}, ${point[1]!.toFixed(2)})`;
