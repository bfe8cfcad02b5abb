// Features of pictures by which samples are compared with data. Distances of pixels hardly notice ragged edges, noise or blur, because pictures
// differ much more in what they show; a trained network would notice them, but cost a download and know one kind of picture only.
import type { RandomStream } from 'tfjs-generative';

/** Filters at each scale. */
const FILTERS = 12;
/** The sides of filters, in pixels. */
const SIDE = 3;
/** A picture is taken as it is, at half its size and at a quarter. */
const SCALES = [1, 2, 4];
/** The least response, so that flat pictures have a logarithm, too. */
const LEAST = 1e-3;
/** Pixels of the smallest copy in each direction, which say what is where. */
const COARSE = 4;

/** A picture with pixels from 0 to 1, by rows. */
interface Image {
  readonly pixels: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** The features of a picture. */
export interface Features {
  /** The logarithms of the mean responses of random filters at each scale: how fine and how smooth its edges are. */
  readonly texture: Float32Array;
  /** A coarse copy: what is where. */
  readonly content: Float32Array;
}

/** Makes a function from the bytes of a picture to its features. */
export async function createFeatures(
  [height, width, channels]: readonly [height: number, width: number, channels: number],
  random: RandomStream,
): Promise<(bytes: ArrayLike<number>) => Features> {
  const filters = await drawFilters(channels, random);
  return (bytes) => {
    const pixels = Float32Array.from(bytes, (byte) => byte / 255);
    const image: Image = { pixels, height, width, channels };
    const scaled = SCALES.map((scale) => shrunk(image, Math.floor(height / scale), Math.floor(width / scale)));
    return {
      texture: Float32Array.from(scaled.flatMap((one) => responses(one, filters))),
      content: shrunk(image, COARSE, COARSE).pixels,
    };
  };
}

/** Filters of zero mean and unit norm, one after the other. */
async function drawFilters(channels: number, random: RandomStream): Promise<Float32Array> {
  const size = SIDE * SIDE * channels;
  const tensor = random.normal([FILTERS, size]);
  const filters = Float32Array.from(await tensor.data());
  tensor.dispose();
  for (let k = 0; k < FILTERS; k++) {
    const filter = filters.subarray(k * size, (k + 1) * size);
    const mean = filter.reduce((sum, weight) => sum + weight, 0) / size;
    const norm = Math.sqrt(filter.reduce((sum, weight) => sum + (weight - mean) ** 2, 0));
    filter.forEach((weight, i) => (filter[i] = (weight - mean) / norm));
  }
  return filters;
}

/** The logarithm of the mean of each filter's positive responses. */
function responses({ pixels, height, width, channels }: Image, filters: Float32Array): number[] {
  const sums = new Float64Array(FILTERS);
  const size = SIDE * SIDE * channels;
  const [rows, columns] = [height - SIDE + 1, width - SIDE + 1];
  const row = SIDE * channels;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      for (let k = 0; k < FILTERS; k++) {
        let response = 0;
        for (let dy = 0; dy < SIDE; dy++) {
          const from = ((y + dy) * width + x) * channels;
          const at = k * size + dy * row;
          for (let i = 0; i < row; i++) response += filters[at + i]! * pixels[from + i]!;
        }
        if (response > 0) sums[k]! += response;
      }
    }
  }
  return Array.from(sums, (sum) => Math.log(LEAST + sum / (rows * columns)));
}

/** A smaller copy: the means of the pixels that each of its own covers, by the nearest whole pixels. */
function shrunk(image: Image, height: number, width: number): Image {
  if (height === image.height && width === image.width) return image;
  const { channels } = image;
  const pixels = new Float32Array(height * width * channels);
  const edge = (i: number, of: number, whole: number): number => Math.floor((i * whole) / of);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [edge(y, height, image.height), edge(y + 1, height, image.height)];
    for (let x = 0; x < width; x++) {
      const [left, right] = [edge(x, width, image.width), edge(x + 1, width, image.width)];
      const share = 1 / ((bottom - top) * (right - left));
      for (let v = top; v < bottom; v++)
        for (let u = left; u < right; u++)
          for (let c = 0; c < channels; c++)
            pixels[(y * width + x) * channels + c]! += share * image.pixels[(v * image.width + u) * channels + c]!;
    }
  }
  return { pixels, height, width, channels };
}
