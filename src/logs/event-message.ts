import { checkInteger } from '../tensor/plain-checks.js';
import { joined } from './log-file.js';

/** A value in an event's summary. */
export type EventValue =
  | { readonly tag: string; readonly number: number }
  | { readonly tag: string; readonly text: string }
  | { readonly tag: string; readonly png: Uint8Array };

/** The content of a TensorBoard event. */
export interface EventContent {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step?: number | undefined;
  /** The version of the format, in the first event of a file. */
  readonly fileVersion?: string | undefined;
  /** Marks a resumed run: TensorBoard discards this step and later ones. */
  readonly isRestart?: boolean | undefined;
  readonly values?: readonly EventValue[] | undefined;
}

/**
 * The bytes of an event: a protocol buffer message.
 *
 * @see the numbers of the fields: event.proto, summary.proto and tensor.proto in
 *   https://github.com/tensorflow/tensorboard/tree/master/tensorboard/compat/proto
 */
export function eventMessage({ wallTime, step, fileVersion, isRestart, values }: EventContent): Uint8Array {
  return joined([
    float64(1, wallTime),
    ...(step === undefined ? [] : [integer(2, step)]),
    ...(fileVersion === undefined ? [] : [bytesOf(3, encode(fileVersion))]),
    ...(values === undefined ? [] : [bytesOf(5, joined(values.map((value) => bytesOf(1, summaryValue(value)))))]),
    // SessionLog { status: START }
    ...(isRestart ? [bytesOf(7, integer(1, 1))] : []),
  ]);
}

function summaryValue(value: EventValue): Uint8Array {
  const tag = bytesOf(1, encode(value.tag));
  if ('number' in value) return joined([tag, float32(2, value.number)]);
  if ('png' in value) return joined([tag, bytesOf(4, image(value.png))]);
  return joined([tag, bytesOf(8, textTensor(value.text)), bytesOf(9, bytesOf(1, bytesOf(1, encode('text'))))]);
}

/** Summary.Image: height, width, channels, file. The size of a PNG starts at byte 16. */
function image(png: Uint8Array): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.length);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  return joined([integer(1, height), integer(2, width), integer(3, 3), bytesOf(4, png)]);
}

/** TensorProto of dtype DT_STRING and shape [1]. */
function textTensor(text: string): Uint8Array {
  const shape = bytesOf(2, integer(1, 1));
  return joined([integer(1, 7), bytesOf(2, shape), bytesOf(8, encode(text))]);
}

/** The first byte of a field: its number, and the type of its value, which is 0 for an integer, 1 for eight bytes, 2 for a length and 5 for four bytes. */
function key(field: number, kind: number): Uint8Array {
  return Uint8Array.of((field << 3) | kind);
}

function integer(field: number, value: number): Uint8Array {
  return joined([key(field, 0), varint(value)]);
}

function bytesOf(field: number, bytes: Uint8Array): Uint8Array {
  return joined([key(field, 2), varint(bytes.length), bytes]);
}

function float64(field: number, value: number): Uint8Array {
  const eight = new Uint8Array(8);
  new DataView(eight.buffer).setFloat64(0, value, true);
  return joined([key(field, 1), eight]);
}

function float32(field: number, value: number): Uint8Array {
  const four = new Uint8Array(4);
  new DataView(four.buffer).setFloat32(0, value, true);
  return joined([key(field, 5), four]);
}

/** Seven bits per byte, lowest first; the eighth bit is set if more bytes follow. */
function varint(value: number): Uint8Array {
  // only a step may come from a user
  checkInteger('tensorBoardWriter', 'entry.step', value, { least: 0 });
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    const isLast = rest < 128;
    bytes.push((rest % 128) | (isLast ? 0 : 128));
    if (isLast) return Uint8Array.from(bytes);
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
