/** Threads of a workgroup. */
export const WORKGROUP = 256;

/** The largest number of workgroups: shaders go on in steps of all threads. */
export const MOST_GROUPS = 65_535;

/** A program of the GPU. */
export interface Shader {
  /** Its name, which no other shader has. */
  readonly name: string;
  /** The buffers that it writes, each a name with its type in WGSL, `array<f32>` by default. */
  readonly writes: readonly string[];
  /** The buffers that it reads, likewise. No buffer may be among both. */
  readonly reads: readonly string[];
  /** Numbers, each a name with its type, such as `n: u32`; the code finds them in `u`. */
  readonly numbers: readonly string[];
  /** Functions in WGSL, among them `main`. */
  readonly code: string;
}

/**
 * What all shaders may call. Compilers may assume that there is no NaN, so that its bits tell; a small exponent is lost in exp(x) - 1; the
 * error function is formula 7.1.26 of Abramowitz and Stegun, as in tfjs.
 */
const functions = `
fn isNan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn isFin(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u; }
fn logistic(x: f32) -> f32 { return 1.0 / (1.0 + exp(-x)); }
fn softplus(x: f32) -> f32 {
  let e = exp(-abs(x));
  return max(x, 0.0) + select(log(1.0 + e), e - 0.5 * e * e, e < 1e-3);
}
fn lessOne(x: f32) -> f32 {
  let series = x * (1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0 * (1.0 + x / 6.0 * (1.0 + x / 7.0))))));
  return select(exp(x) - 1.0, series, abs(x) < 0.5);
}
fn normalBelow(x: f32) -> f32 {
  let z = abs(x) * 0.70710678118;
  let t = 1.0 / (1.0 + 0.3275911 * z);
  let p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return 0.5 + 0.5 * sign(x) * (1.0 - p * exp(-z * z));
}`;

/** A shader that runs code for each `i` from 0 to `u.n` - 1. */
export function elementwise({ numbers = [], code, ...rest }: Omit<Shader, 'numbers'> & Partial<Shader>): Shader {
  const main = `
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var i = id.x; i < u.n; i += groups.x * ${WORKGROUP}u) { ${code} }
}`;
  return { ...rest, numbers: ['n: u32', ...numbers], code: main };
}

/** The whole text of a shader. */
export function textOf({ writes, reads, numbers, code }: Shader): string {
  const typed = (name: string): string => (name.includes(':') ? name : `${name}: array<f32>`);
  const buffers = [
    ...writes.map((name) => `read_write> ${typed(name)}`),
    ...reads.map((name) => `read> ${typed(name)}`),
  ];
  return `struct Numbers { ${numbers.join(', ')} }
${buffers.map((text, binding) => `@group(0) @binding(${binding}) var<storage, ${text};`).join('\n')}
@group(0) @binding(${buffers.length}) var<uniform> u: Numbers;
${functions}
${code}`;
}

/** The numbers of a shader as the bytes of its uniform. */
export function bytesOf({ numbers }: Shader, values: readonly number[]): ArrayBuffer {
  const bytes = new ArrayBuffer(16 * Math.ceil(values.length / 4));
  const [floats, integers] = [new Float32Array(bytes), new Uint32Array(bytes)];
  values.forEach((value, i) => ((numbers[i]!.endsWith('f32') ? floats : integers)[i] = value));
  return bytes;
}
