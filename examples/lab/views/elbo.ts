import { kindOf } from '../experiment/pictures.js';
import { drawWords, type Canvas } from './canvas.js';
import type { LabView, Seen } from './view.js';

/** Pixels on both sides that bars leave to the words. */
const MARGIN = 12;

/** The two terms of a VAE's loss, as bars in nats from one zero. */
export const elbo: LabView = {
  name: 'elbo',
  title: 'The two terms of the ELBO',
  about:
    'The decoder wants latents that say everything about x, the prior wants latents that say nothing; the loss is the sum of both terms.',
  families: ['vae'],
  for: 'both',
  arrays: [],
  isOpen: true,
  ratio: 0.3,
  isDescribed: true,
  draw(canvas: Canvas, { metrics }: Seen) {
    const { context, width, height, colors } = canvas;
    if (metrics === undefined) return drawWords(canvas, 'Before the first report', [MARGIN, height / 2], colors.soft);
    const [error, kl] = [-metrics['logLikelihood']!, metrics['kl']!];
    const low = Math.min(0, error);
    const scale = (width - 2 * MARGIN) / Math.max(1, Math.max(error, kl) - low);
    const zero = MARGIN - low * scale;
    const bars = [
      ['Misfit, -E[log p(x|z)]', error, colors.data],
      ['KL of q(z|x) from the prior', kl, colors.samples],
    ] as const;
    bars.forEach(([name, value, color], i) => {
      const top = (i * height) / 2;
      drawWords(canvas, `${name}: ${value.toFixed(2)} nats`, [MARGIN, top + height * 0.14], colors.text);
      context.fillStyle = color;
      context.fillRect(zero + Math.min(0, value) * scale, top + height * 0.26, Math.abs(value) * scale, height * 0.16);
      context.fillStyle = colors.text;
      context.fillRect(zero - 0.5, top + height * 0.23, 1, height * 0.22);
    });
  },
  describe({ metrics, experiment }) {
    if (metrics === undefined) return 'There is no report yet.';
    const [error, kl] = [-metrics['logLikelihood']!, metrics['kl']!];
    const [one, space] =
      kindOf(experiment.data) === 'points' ? ['point', 'latent plane'] : ['picture', 'space of latents'];
    const cost = `Naming a place in the ${space} costs ${kl.toFixed(2)} nats (${(kl / Math.LN2).toFixed(1)} bits) per ${one}`;
    const misfit = `the reconstruction error is ${error.toFixed(2)} nats`;
    const { beta } = experiment;
    const weighed = beta === 1 ? '' : ` The loss counts the KL ${beta} times.`;
    return `${cost}; ${misfit}. ELBO: ${(-error - kl).toFixed(2)} nats.${weighed}`;
  },
};
