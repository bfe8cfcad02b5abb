import type { CheckedOptions } from './check-options.js';
import type { Colours } from './pixels.js';
import { resample } from './resample.js';

/** Converts a picture to a size, `[height, width]`, with the fit and the background of the options. */
export function fitPicture(
  picture: Colours,
  [height, width]: readonly [number, number],
  { fit, background }: Pick<CheckedOptions, 'fit' | 'background'>,
): Colours {
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height };
  if (width === picture.width && height === picture.height) return picture;
  if (fit === 'stretch') return resample(picture, whole, width, height);
  const scales = [width / picture.width, height / picture.height] as const;
  if (fit === 'cover') {
    // whole pixels, so that a picture that is only cropped keeps its pixels
    const scale = Math.max(...scales);
    const part = centred(whole, width / scale, height / scale);
    return resample(picture, part, width, height);
  }
  const scale = Math.min(...scales);
  const place = centred({ width, height }, picture.width * scale, picture.height * scale);
  const inner = resample(picture, whole, place.width, place.height);
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < data.length; i++) data[i] = Math.round(background[i % 3]!);
  for (let row = 0; row < place.height; row++) {
    const line = inner.data.subarray(3 * row * place.width, 3 * (row + 1) * place.width);
    data.set(line, 3 * ((place.top + row) * width + place.left));
  }
  return { width, height, data };
}

/** The rectangle of a width and a height, each rounded to at least one pixel, centred in a larger one. */
function centred(outer: { readonly width: number; readonly height: number }, width: number, height: number) {
  const [across, down] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
  return {
    left: Math.floor((outer.width - across) / 2),
    top: Math.floor((outer.height - down) / 2),
    width: across,
    height: down,
  };
}
