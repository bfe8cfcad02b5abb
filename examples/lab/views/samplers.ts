import { SAMPLERS, SAMPLES } from '../training/sizes.js';
import { drawDots, drawWords, placing, type Canvas } from './canvas.js';
import type { LabView, Seen } from './view.js';

const names = { ddpm: 'DDPM', ddim: 'DDIM', dpm: 'DPM-Solver++' };
/** Pixels for the name above a plane. */
const HEAD = 18;

/** Samples of three samplers from the same noise, with the same number of calls. */
export const samplers: LabView = {
  name: 'samplers',
  title: 'Three samplers from the same noise',
  about:
    'All three start from the same noise and call the network equally often; DDPM also adds noise at each step. Try fewer calls.',
  families: ['diffusion'],
  arrays: ['samplers'],
  isOpen: false,
  ratio: 0.4,
  legend: [
    ['data', 'data'],
    ['samples', 'samples'],
  ],
  draw(canvas: Canvas, { frame, data }: Seen) {
    const { context, width, height, colors } = canvas;
    const sets = frame.arrays['samplers'];
    const across = width / SAMPLERS.length;
    SAMPLERS.forEach((name, i) => {
      context.save();
      context.translate(i * across, HEAD);
      const part = { ...canvas, width: across, height: height - HEAD };
      const place = placing(part);
      drawWords(part, names[name], [across / 2, -HEAD / 2], colors.text, 'center');
      drawDots(part, place, data.subarray(0, 2 * SAMPLES), colors.data, 0.9);
      if (sets !== undefined)
        drawDots(part, place, sets.subarray(2 * SAMPLES * i, 2 * SAMPLES * (i + 1)), colors.samples, 1.2);
      context.restore();
    });
  },
  describe({ experiment, frame }) {
    const { calls } = experiment;
    if (frame.arrays['samplers'] === undefined) return 'The samples are not computed yet.';
    return `Samples of DDPM, DDIM and DPM-Solver++ with ${calls} ${calls === 1 ? 'call' : 'calls'} of the network each.`;
  },
};
