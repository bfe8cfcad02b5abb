/** The numbers of a wasm binary's sections. */
const IMPORTS = 2;
const MEMORIES = 5;

/** The flags before the limits of a memory: it has a maximum, and threads may share it. */
const HAS_MAXIMUM = 1;
const SHARED = 2;

/**
 * Lets threads share the memory that a wasm binary defines or imports, by setting one bit of the flags before the memory's limits. The
 * rest of the binary stays as it is: all instructions for a private memory also work on a shared one.
 *
 * @param binary - changed in place
 * @returns whether its memory is now shared; false if it is not a wasm binary, or if its memory has no maximum
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
    } else if (section === IMPORTS) {
      found ??= memoryImport(binary, position, unsignedNumber(binary, position));
    }
    position.at = end;
  }
  if (found === undefined || (binary[found]! & HAS_MAXIMUM) === 0) return false;
  binary[found]! |= SHARED;
  return true;
}

/** The kinds of imports. */
const [TABLE, MEMORY, GLOBAL] = [1, 2, 3];

/** The position of an imported memory's flags, from the first of `count` imports. */
function memoryImport(binary: Uint8Array, position: { at: number }, count: number): number | undefined {
  for (; count > 0; count--) {
    for (let names = 2; names > 0; names--) {
      const length = unsignedNumber(binary, position);
      position.at += length;
    }
    const kind = binary[position.at++];
    if (kind === MEMORY) return position.at;
    // a table has a type and limits, a global a type and a flag of mutability, a function a type
    if (kind === TABLE) {
      position.at++;
      if ((unsignedNumber(binary, position) & HAS_MAXIMUM) !== 0) unsignedNumber(binary, position);
    } else if (kind === GLOBAL) position.at++;
    unsignedNumber(binary, position);
  }
  return undefined;
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
