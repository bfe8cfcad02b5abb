/** The bytes of a message in protocol buffers' wire format, in pieces. */
export type Message = readonly Uint8Array[];

/** A number in groups of seven bits, the lowest first; a negative one as its two's complement of 64 bits. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

/** A field with an integer. */
export function integer(field: number, value: number): Message {
  return [Uint8Array.of(...varint(field * 8), ...varint(value))];
}

/** A field with a float32 number. */
export function float(field: number, value: number): Message {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [Uint8Array.of(...varint(field * 8 + 5)), bytes];
}

/** A field with a message. */
export function nested(field: number, ...content: readonly Message[]): Message {
  const pieces = content.flat();
  return [Uint8Array.of(...varint(field * 8 + 2), ...varint(lengthOf(pieces))), ...pieces];
}

/** A field with a text. */
export function text(field: number, value: string): Message {
  return nested(field, [new TextEncoder().encode(value)]);
}

/** Number of bytes in a message. */
export function lengthOf(message: Message): number {
  return message.reduce((sum, { length }) => sum + length, 0);
}

/** A message in one array. */
export function joined(message: Message): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthOf(message));
  let place = 0;
  for (const piece of message) {
    bytes.set(piece, place);
    place += piece.length;
  }
  return bytes;
}
