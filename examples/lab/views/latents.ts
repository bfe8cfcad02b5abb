import { drawDots, placing, type Canvas } from './canvas.js';
import type { LabView, Seen } from './view.js';

/** The latent plane reaches this far from 0 in standard deviations of the prior. */
const LATENT_REACH = 3.2;

/** The posteriors of some data in the plane of the first two latents: ellipses of one standard deviation, beside the prior's circles. */
export const latents: LabView = {
  name: 'latents',
  title: 'Latent plane',
  about: 'Each ellipse is q(z|x) of one data point; the circles are one and two standard deviations of the prior.',
  families: ['vae'],
  arrays: ['posterior'],
  draw(canvas: Canvas, { frame }: Seen) {
    const { context, colors } = canvas;
    const place = placing(canvas, LATENT_REACH);
    context.strokeStyle = colors.faint;
    for (const radius of [1, 2]) {
      context.beginPath();
      context.arc(place.x(0), place.y(0), radius * place.unit, 0, 2 * Math.PI);
      context.stroke();
    }
    const posterior = frame.arrays['posterior'];
    if (posterior === undefined) return;
    context.strokeStyle = colors.samples;
    context.globalAlpha = 0.45;
    const means = new Float32Array(posterior.length / 2);
    for (let i = 0; i < posterior.length; i += 4) {
      const [x, y, sx, sy] = posterior.subarray(i, i + 4) as unknown as [number, number, number, number];
      means.set([x, y], i / 2);
      context.beginPath();
      context.ellipse(place.x(x), place.y(y), sx * place.unit, sy * place.unit, 0, 0, 2 * Math.PI);
      context.stroke();
    }
    context.globalAlpha = 1;
    drawDots(canvas, place, means, colors.samples, 1.5);
  },
  describe({ frame }) {
    const posterior = frame.arrays['posterior'];
    if (posterior === undefined) return 'The latent plane is not computed yet.';
    let width = 0;
    for (let i = 0; i < posterior.length; i += 4) width += posterior[i + 2]! + posterior[i + 3]!;
    return `${posterior.length / 4} posteriors; their mean standard deviation is ${((2 * width) / posterior.length).toFixed(2)}, the prior's is 1.`;
  },
};
