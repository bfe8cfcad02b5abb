/** Sections of a wasm binary: their numbers. */
const IMPORTS = 2;
const MEMORIES = 5;

/** The flags before the limits of a memory: that it has a maximum, and that threads may share it. */
const HAS_MAXIMUM = 1;
const SHARED = 2;

/**
 * Makes the memory that a wasm binary defines, or else its only import, one that threads can share: sets one bit of the
 * flags before the memory's limits. The rest of the binary stays as it is, since a shared memory serves all the
 * instructions of a private one.
 *
 * @param binary - changed in place
 * @returns whether its memory is shared now; not so where the binary is none, or its memory has no maximum
 */
export function shareMemory(binary: Uint8Array): boolean {
  if (binary.length < 8 || String.fromCharCode(...binary.subarray(0, 4)) !== '\0asm') return false;
  const position = { at: 8 };
  let found: number | undefined;
  while (position.at < binary.length) {
    const section = binary[position.at++];
    const end = unsignedNumber(binary, position) + position.at;
    if (section === MEMORIES) {
      if (unsignedNumber(binary, position) !== 1) return false;
      found = position.at;
    } else if (section === IMPORTS && unsignedNumber(binary, position) === 1) {
      found ??= memoryImport(binary, position);
    }
    position.at = end;
  }
  if (found === undefined || (binary[found]! & HAS_MAXIMUM) === 0) return false;
  binary[found]! |= SHARED;
  return true;
}

/** Where the flags of an imported memory stand, at the start of an import. */
function memoryImport(binary: Uint8Array, position: { at: number }): number | undefined {
  const skipName = (): void => {
    const length = unsignedNumber(binary, position);
    position.at += length;
  };
  skipName();
  skipName();
  const isMemory = binary[position.at] === 2;
  return isMemory ? position.at + 1 : undefined;
}

/** Reads a number of LEB128: seven bits in a byte, the lowest first; the eighth bit says that more follow. */
function unsignedNumber(binary: Uint8Array, position: { at: number }): number {
  let value = 0;
  for (let weight = 1; ; weight *= 128) {
    const byte = binary[position.at++]!;
    value += (byte & 127) * weight;
    if (byte < 128) return value;
  }
}
