/** Threads of a workgroup. */
export const WORKGROUP = 256;

/** The largest number of workgroups: shaders go on in steps of all threads. */
export const MAX_GROUPS = 65_535;

/** A program of the GPU. Names stand in one string, with spaces between them. */
export interface Shader {
  /** Its name, which no other shader has. */
  readonly name: string;
  /** The buffers that it writes, each a name, perhaps with the type of its numbers, such as `x:i32`; f32 by default. */
  readonly writes?: string;
  /** The buffers that it reads, likewise. No buffer may be among both. */
  readonly reads?: string;
  /** Numbers, each a name, perhaps with its type, such as `share:f32`; u32 by default. The code finds them in `u`. */
  readonly numbers?: string;
  /** In WGSL: what each thread does, perhaps with functions of its own. */
  readonly code: string;
  readonly functions?: string;
}

/** A number of a shader. */
export type Field = readonly [name: string, type: string];

/** The numbers of a shader. */
export function fieldsOf({ numbers }: Shader): Field[] {
  return namesIn(numbers).map((field) => {
    const [name, type = 'u32'] = field.split(':');
    return [name!, type];
  });
}

/** How many numbers there are in a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The names in a string. */
export function namesIn(text = ''): string[] {
  return text.split(' ').filter(Boolean);
}

/**
 * What all shaders may call. Compilers may assume that there is no NaN, so that its bits tell; a small exponent is lost in exp(x) - 1; the
 * error function is formula 7.1.26 of Abramowitz and Stegun, as in tfjs. `softplusBelow` is for numbers up to 0. `reduce` adds the parts of
 * threads whose numbers differ by powers of two from `least` to `most`; all threads must call it.
 */
const functions = `
fn bits(x: f32) -> u32 { return bitcast<u32>(x) & 0x7fffffff; }
fn isNan(x: f32) -> bool { return bits(x) > 0x7f800000; }
fn isFin(x: f32) -> bool { return bits(x) < 0x7f800000; }
fn oneAbove(x: f32, below: f32) -> f32 { return select(select(below, 1, x > 0), x, isNan(x)); }
fn logistic(x: f32) -> f32 {
  let e = exp(-abs(x));
  return oneAbove(x, e) / (1 + e);
}
fn softplusBelow(x: f32) -> f32 {
  let e = exp(x);
  return select(log(1 + e), e - 0.5 * e * e, e < 1e-3);
}
fn lessOne(x: f32) -> f32 {
  let series = x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6 * (1 + x / 7))))));
  return select(exp(x) - 1, series, abs(x) < 0.5);
}
fn normalBelow(x: f32) -> f32 {
  let z = abs(x) * 0.70710678118;
  let t = 1 / (1 + 0.3275911 * z);
  let p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return 0.5 + 0.5 * sign(x) * (1 - p * exp(-z * z));
}
var<private> thread: u32;
var<workgroup> parts: array<vec2f, ${WORKGROUP}>;
fn reduce(part: vec2f, most: u32, least: u32) -> vec2f {
  var x = part;
  for (var h = most; h >= least; h /= 2) {
    parts[thread] = x;
    workgroupBarrier();
    x += parts[thread ^ h];
    workgroupBarrier();
  }
  return x;
}`;

/** The code for each `i` below `n`. */
export function each(n: string, code: string): string {
  return `for (var i = id.x; i < ${n}; i += all.x * ${WORKGROUP}) { ${code} }`;
}

/** The whole text of a shader. */
export function textOf({ writes, reads, ...shader }: Shader, fields: readonly Field[]): string {
  const buffers = [
    ...namesIn(writes).map((name) => `read_write> ${name}`),
    ...namesIn(reads).map((name) => `read> ${name}`),
  ].map((text, binding) => {
    const [start, type = 'f32'] = text.split(':');
    return `@group(0) @binding(${binding}) var<storage, ${start}: array<${type}>;`;
  });
  return `struct Numbers { ${fields.map((field) => field.join(':')).join()} }
@group(0) @binding(${buffers.length}) var<uniform> u: Numbers;
${buffers.join('')}
${functions}
${shader.functions ?? ''}
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) all: vec3u, @builtin(workgroup_id) group: vec3u) {
  thread = id.x % ${WORKGROUP};
  ${shader.code}
}`;
}

/** The values of a shader's numbers as the bytes of its uniform. */
export function bytesOf(fields: readonly Field[], values: readonly number[]): ArrayBuffer {
  const bytes = new ArrayBuffer(16 * Math.ceil(values.length / 4));
  const [floats, integers] = [new Float32Array(bytes), new Uint32Array(bytes)];
  values.forEach((value, i) => ((fields[i]![1] === 'f32' ? floats : integers)[i] = value));
  return bytes;
}
