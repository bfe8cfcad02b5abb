/** The name of the function at this place in the binary: a letter, or two. */
export function shortName(place: number): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  return (
    (place < letters.length ? '' : letters[Math.floor(place / letters.length) - 1]!) + letters[place % letters.length]!
  );
}

/** The number of the section with exports. */
const EXPORTS = 7;

/**
 * Replaces the names of a wasm binary's exports by short ones, in the alphabetical order of the names: module-calls.ts writes the calls
 * with them. The names are a thirtieth of the module's gzipped bytes.
 */
export function withShortExports(binary: Uint8Array): Uint8Array<ArrayBuffer> {
  let at = 8;
  const unsigned = (): number => {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = binary[at++]!;
      value += (byte & 127) * weight;
      if (byte < 128) return value;
    }
  };
  for (;;) {
    const start = at;
    const section = binary[at++];
    const end = unsigned() + at;
    if (section !== EXPORTS) {
      at = end;
      continue;
    }
    const found = Array.from({ length: unsigned() }, () => {
      const length = unsigned();
      const name = String.fromCharCode(...binary.subarray(at, (at += length)));
      const kind = binary[at++]!;
      return { name, what: [kind, ...leb(unsigned())] };
    }).sort((a, b) => (a.name < b.name ? -1 : 1));
    const entries = found.flatMap(({ what }, i) => {
      const name = shortName(i);
      return [name.length, ...Array.from(name, (letter) => letter.charCodeAt(0)), ...what];
    });
    const body = [...leb(found.length), ...entries];
    return Uint8Array.from([
      ...binary.subarray(0, start),
      EXPORTS,
      ...leb(body.length),
      ...body,
      ...binary.subarray(end),
    ]);
  }
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >> 7)];
}
