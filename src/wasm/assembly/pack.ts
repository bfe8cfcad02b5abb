/**
 * Copies a matrix into panels, in the order in which `multiplyTile` reads it: for each panel of `width` lines, for each k,
 * `width` numbers. Missing lines of the last panel are 0.
 *
 * @param lines - rows of the left operand or columns of the right one
 * @param inner - the other axis, along which products are summed
 * @param line - bytes from one line to the next
 * @param step - bytes from one k to the next; one of the two is 4
 * @param width - 4, 8 or 16
 */
export function pack(target: usize, source: usize, lines: i32, inner: i32, line: usize, step: usize, width: i32): void {
  const rest = lines % width;
  const whole = lines - rest;
  const bytes = (<usize>width) << 2;
  const panel = <usize>inner * bytes;
  if (line == 4) packAlongLines(target, source, whole, inner, step, bytes);
  else
    for (let i = 0; i < whole; i += width)
      packAcross(target + <usize>(i / width) * panel, source + <usize>i * line, inner, line, step, bytes, bytes);
  if (rest == 0) return;
  let t = target + <usize>(whole / width) * panel;
  let s = source + <usize>whole * line;
  memory.fill(t, 0, panel);
  // lines by fours, then the others
  const quads = (<usize>(rest & ~3)) << 2;
  if (line == 4)
    for (let k = 0, from = s, to = t; k < inner; k++, from += step, to += bytes)
      for (let at: usize = 0; at < quads; at += 16) v128.store(to + at, v128.load(from + at));
  else packAcross(t, s, inner, line, step, bytes, quads);
  s += (quads >> 2) * line;
  t += quads;
  for (let k = 0; k < inner; k++, s += step, t += bytes)
    for (let i = 0; i < (rest & 3); i++) store<f32>(t + ((<usize>i) << 2), load<f32>(s + <usize>i * line));
}

/** For each k, the numbers of a panel are adjacent in memory. Eight rows at a time over all panels use the caches well. */
function packAlongLines(target: usize, source: usize, lines: i32, inner: i32, step: usize, bytes: usize): void {
  const panel = <usize>inner * bytes;
  const end = (<usize>lines) << 2;
  for (let first = 0; first < inner; first += 8) {
    const count = min(8, inner - first);
    let t = target + <usize>first * bytes;
    const s = source + <usize>first * step;
    for (let at: usize = 0; at < end; at += bytes, t += panel) {
      let from = s + at,
        to = t;
      for (let k = 0; k < count; k++, from += step, to += bytes) {
        v128.store(to, v128.load(from));
        if (bytes == 16) continue;
        v128.store(to, v128.load(from, 16), 16);
        if (bytes == 32) continue;
        v128.store(to, v128.load(from, 32), 32);
        v128.store(to, v128.load(from, 48), 48);
      }
    }
  }
}

/** The first `used` bytes of a panel whose lines are contiguous along k: 4 by 4 numbers are transposed at a time. */
function packAcross(
  target: usize,
  source: usize,
  inner: i32,
  line: usize,
  step: usize,
  bytes: usize,
  used: usize,
): void {
  let k = 0;
  if (step == 4)
    for (; k + 4 <= inner; k += 4, source += 16, target += 4 * bytes)
      for (let at: usize = 0; at < used; at += 16) {
        const from = source + (at >> 2) * line;
        transpose(target + at, bytes, from, from + line, from + 2 * line, from + 3 * line);
      }
  for (; k < inner; k++, source += step, target += bytes)
    for (let at: usize = 0; at < used; at += 4) store<f32>(target + at, load<f32>(source + (at >> 2) * line));
}

/** Four numbers from each of four places, transposed. */
// @inline
export function transpose(target: usize, row: usize, s0: usize, s1: usize, s2: usize, s3: usize): void {
  const a = v128.load(s0),
    b = v128.load(s1),
    c = v128.load(s2),
    d = v128.load(s3);
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5),
    ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5),
    cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(target, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5));
  v128.store(target + row, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7));
  v128.store(target + 2 * row, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5));
  v128.store(target + 3 * row, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7));
}
