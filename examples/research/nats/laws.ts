import type { RandomStream } from 'tfjs-generative';

/** A law whose density is known. */
export interface Law {
  readonly name: string;
  /** How many numbers an example has. */
  readonly size: number;
  /** Draws `count` examples, one after another. */
  draw(random: RandomStream, count: number): Promise<Float32Array>;
  /** log p(x) in nats; -Infinity where there is no data. */
  logDensity(x: readonly number[]): number;
}

const LOG_2PI = Math.log(2 * Math.PI);

/** log N(x; mean, deviation^2) of one number. */
const logNormal = (x: number, mean = 0, deviation = 1): number =>
  -0.5 * ((x - mean) / deviation) ** 2 - Math.log(deviation) - 0.5 * LOG_2PI;

function logMeanExp(values: readonly number[]): number {
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((sum, one) => sum + Math.exp(one - largest), 0) / values.length);
}

/** Examples of `size` numbers, each of which `make` makes of standard normal numbers and of numbers between 0 and 1. */
const drawn =
  (size: number, make: (normal: Float32Array, uniform: Float32Array) => readonly number[]): Law['draw'] =>
  async (random, count) => {
    const [normal, uniform] = [random.normal([count * size]), random.uniform([count * 3], 0, 1)];
    const [n, u] = [await normal.data<'float32'>(), await uniform.data<'float32'>()];
    const examples = Float32Array.from(
      Array.from({ length: count }, (_, i) =>
        make(n.slice(i * size, (i + 1) * size), u.slice(i * 3, (i + 1) * 3)),
      ).flat(),
    );
    normal.dispose();
    uniform.dispose();
    return examples;
  };

/** A mixture of equal weights of round Gaussians. */
function mixture(name: string, means: readonly (readonly number[])[], deviation: number): Law {
  const size = means[0]!.length;
  return {
    name,
    size,
    draw: drawn(size, (normal, [which]) => {
      const mean = means[Math.floor(which! * means.length)]!;
      return Array.from(normal, (one, i) => mean[i]! + deviation * one);
    }),
    logDensity: (x) =>
      logMeanExp(means.map((mean) => x.reduce((sum, one, i) => sum + logNormal(one, mean[i], deviation), 0))),
  };
}

/**
 * Points that are equally likely along a curve, with round Gaussian noise. The density is the mean over so many points of the curve that
 * their distance is far below the noise.
 */
function alongCurve(
  name: string,
  curve: (at: number) => readonly [number, number],
  deviation: number,
  points = 300,
): Law {
  const places = Array.from({ length: points }, (_, i) => curve((i + 0.5) / points));
  return {
    name,
    size: 2,
    draw: drawn(2, (normal, [at]) => {
      const place = curve(at!);
      return Array.from(normal, (one, i) => place[i]! + deviation * one);
    }),
    logDensity: ([x, y]) =>
      logMeanExp(places.map(([a, b]) => logNormal(x!, a, deviation) + logNormal(y!, b, deviation))),
  };
}

/** Points that are equally likely in boxes of equal size; between them there is nothing. */
function boxes(name: string, corners: readonly (readonly [number, number])[], side: number): Law {
  return {
    name,
    size: 2,
    draw: drawn(2, (_, [which, ...place]) => {
      const corner = corners[Math.floor(which! * corners.length)]!;
      return place.map((one, i) => corner[i]! + side * one);
    }),
    logDensity: (x) => {
      const isInside = corners.some((corner) => corner.every((from, i) => x[i]! >= from && x[i]! <= from + side));
      return isInside ? -Math.log(corners.length * side ** 2) : -Infinity;
    },
  };
}

const turn = (at: number, radius: number): [number, number] => [
  radius * Math.cos(2 * Math.PI * at),
  radius * Math.sin(2 * Math.PI * at),
];

const moon = (at: number): [number, number] => {
  const isLower = at >= 0.5;
  const angle = Math.PI * ((2 * at) % 1);
  const [x, y] = [Math.cos(angle), Math.sin(angle)];
  return isLower ? [0.5 - x, 0.25 - y] : [x - 0.5, y - 0.25];
};

const eight = Array.from({ length: 8 }, (_, k) => turn(k / 8, 1.5));
/** The corners of a cube of eight dimensions whose signs are a Hadamard matrix: all are equally far apart. */
const hadamard = Array.from({ length: 8 }, (_, i) =>
  Array.from({ length: 8 }, (_, j) => (popCount(i & j) % 2 === 0 ? 0.7 : -0.7)),
);

function popCount(bits: number): number {
  return bits === 0 ? 0 : (bits & 1) + popCount(bits >> 1);
}

const [SLOPE, STEPS] = [0.8, 8];

const series: Law = {
  name: 'AR(1) series of 8',
  size: STEPS,
  draw: drawn(STEPS, ([first, ...noise]) => {
    const values = [first!];
    for (const one of noise) values.push(SLOPE * values.at(-1)! + Math.sqrt(1 - SLOPE ** 2) * one);
    return values;
  }),
  logDensity: (x) =>
    x.reduce(
      (sum, one, i) => sum + (i === 0 ? logNormal(one) : logNormal(one, SLOPE * x[i - 1]!, Math.sqrt(1 - SLOPE ** 2))),
      0,
    ),
};

/** A conditional law: the second number is normal around a curve of the first. */
const around = (name: string, curve: (x: number) => number, deviation: (x: number) => number): Law => ({
  name,
  size: 2,
  draw: drawn(2, ([x, noise]) => [x!, curve(x!) + deviation(x!) * noise!]),
  logDensity: ([x, y]) => logNormal(x!) + logNormal(y!, curve(x!), deviation(x!)),
});

/** Ten laws of numbers. */
export const laws: readonly Law[] = [
  around(
    'correlated Gaussian',
    (x) => 0.8 * x,
    () => 0.6,
  ),
  around(
    'banana',
    (x) => 0.5 * x ** 2 - 0.5,
    () => 0.3,
  ),
  around(
    'widening band',
    () => 0,
    (x) => 0.2 + 0.5 / (1 + Math.exp(-2 * x)),
  ),
  alongCurve('two moons', moon, 0.1),
  alongCurve('two rings', (at) => turn((2 * at) % 1, at < 0.5 ? 0.6 : 1.4), 0.1),
  mixture('mixture of 8, in 2 dimensions', eight, 0.2),
  mixture('mixture of 8, in 8 dimensions', hadamard, 0.5),
  series,
  boxes('two boxes with a gap', [[-1.5, -0.5], [0.5, -0.5]], 1), // prettier-ignore
  boxes('checkerboard', [[-2, -2], [0, -2], [-1, -1], [1, -1], [-2, 0], [0, 0], [-1, 1], [1, 1]], 1), // prettier-ignore
];
