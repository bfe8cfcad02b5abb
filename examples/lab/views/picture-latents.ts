import { drawMark } from './canvas.js';
import { brightness, pictureOf, sizeOf } from './gallery.js';
import { drawPosteriors, latentHandle, pointInWords, posteriorsInWords } from './latents.js';
import type { LabView } from './view.js';

/** The side of the decoded picture, in widths of the plane, and its distance from the mark, in pixels. */
const [SIDE, APART] = [0.24, 14];

/** The posteriors of some pictures in the plane of the first two latents, and the picture that the decoder draws from a place in it. */
export const pictureLatents: LabView = {
  name: 'latents',
  title: 'Latent plane',
  about:
    'Each ellipse is q(z|x) for one picture in the first two latents; the circles are one and two standard deviations of the prior. Drag the ' +
    'mark, or move it with the arrow keys: the picture next to it is what the decoder draws there, with all other latents at 0.',
  families: ['vae'],
  for: 'pictures',
  arrays: ['posterior', 'decoded'],
  isOpen: true,
  isOfPlane: true,
  ratio: 1,
  legend: [
    ['samples', 'q(z|x)'],
    ['faint', 'prior'],
    ['third', 'z'],
  ],
  handle: latentHandle,
  draw(canvas, { frame, look, pictures }) {
    const place = drawPosteriors(canvas, frame.arrays['posterior']);
    if (place === undefined) return;
    const { context, colors, width } = canvas;
    const [x, y] = [place.x(look.z[0]), place.y(look.z[1])];
    const decoded = frame.pictures['decoded'];
    if (decoded !== undefined && pictures !== undefined) {
      const [, high, across] = pictures.shape;
      const sheet = new OffscreenCanvas(across, high);
      sheet.getContext('2d')!.putImageData(pictureOf(decoded, 0, pictures.shape), 0, 0);
      const side = SIDE * width;
      // on the side of the mark where there is room
      const left = x > width / 2 ? x - APART - side : x + APART;
      const top = Math.max(0, Math.min(canvas.height - side, y - side / 2));
      context.imageSmoothingEnabled = false;
      context.drawImage(sheet, left, top, side, side);
      context.strokeStyle = colors.third;
      context.lineWidth = 2;
      context.strokeRect(left, top, side, side);
    }
    drawMark(canvas, [x, y], colors.third);
  },
  describe({ frame, look, pictures }) {
    const ellipses = posteriorsInWords(frame.arrays['posterior']);
    const decoded = frame.pictures['decoded'];
    if (ellipses === undefined || decoded === undefined || pictures === undefined)
      return ellipses ?? 'The latent plane is not computed yet.';
    const bright = brightness(decoded.subarray(0, sizeOf(pictures.shape)));
    return `${ellipses} From ${pointInWords(look.z)} the decoder draws a picture whose mean brightness is ${bright}.`;
  },
};
