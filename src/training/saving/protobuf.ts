/** A value: an integer, a float32 or float64 number as an array of one, a text, bytes or an inner message; none if undefined. */
type Value = number | Float32Array | Float64Array | string | Uint8Array | readonly Field[] | undefined;
/** A field of a message: its number and its value. */
export type Field = readonly [number, Value];

/** An integer in groups of seven bits, the lowest first. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

/** A message in protocol buffers' wire format, in pieces. */
function piecesOf(fields: readonly Field[]): Uint8Array[] {
  return fields.flatMap(([field, value]) => {
    const tag = (type: number, ...after: readonly number[]) => Uint8Array.of(...varint(field * 8 + type), ...after);
    if (value === undefined) return [];
    if (typeof value === 'number') return tag(0, ...varint(value));
    if (value instanceof Float32Array) return [tag(5), new Uint8Array(value.buffer)];
    if (value instanceof Float64Array) return [tag(1), new Uint8Array(value.buffer)];
    const pieces =
      typeof value === 'string'
        ? [new TextEncoder().encode(value)]
        : value instanceof Uint8Array
          ? [value]
          : piecesOf(value);
    return [tag(2, ...varint(lengthOf(pieces))), ...pieces];
  });
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/**
 * The bytes of a message in protocol buffers' wire format.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function encode(fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  return joined(piecesOf(fields));
}

/** Concatenates bytes. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthOf(pieces));
  let place = 0;
  for (const piece of pieces) {
    bytes.set(piece, place);
    place += piece.length;
  }
  return bytes;
}
