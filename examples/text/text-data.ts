import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { characters, windows, type Characters } from 'tfjs-generative/tokens';
import type { HostTensor } from 'tfjs-generative';
import { examplePath } from '../shared/example-path.js';
import { InputError } from '../shared/input-error.js';

/** The Jargon File; examples/data/jargon/README.md says where it comes from. */
const JARGON = examplePath('data/jargon/jargon.txt.gz');
/** The last of so many equal parts of a text is held out. */
const PARTS = 10;
/** Characters between the beginnings of two training windows. */
const STRIDE = 16;

/** A text as windows of characters. */
export interface TextData {
  readonly alphabet: Characters;
  readonly training: HostTensor;
  /** Windows that do not overlap, from the last tenth. */
  readonly heldOut: HostTensor;
}

/** Reads a text, which may be gzipped; by default the Jargon File. */
export function loadText(path: string = JARGON): string {
  const bytes = readFileSync(path);
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8').replaceAll('\r\n', '\n');
}

/** Cuts a text into windows of `length` characters. */
export function textData(text: string, length: number): TextData {
  const alphabet = characters(text || ' ');
  const tokens = Uint16Array.from(alphabet.encode(text));
  const cut = Math.floor((tokens.length * (PARTS - 1)) / PARTS);
  if (tokens.length - cut < 10 * length) {
    throw new InputError(`--data must hold at least ${10 * PARTS * length} characters; got ${tokens.length}.`);
  }
  return {
    alphabet,
    training: windows(tokens.subarray(0, cut), { length, stride: STRIDE }),
    heldOut: windows(tokens.subarray(cut), { length }),
  };
}
