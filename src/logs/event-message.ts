import { checkInteger } from '../tensor/plain-checks.js';
import { encode, type Field } from '../training/saving/protobuf.js';

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
  if (step !== undefined) checkInteger('tensorBoardWriter', 'entry.step', step, { least: 0 });
  return encode([
    [1, Float64Array.of(wallTime)],
    [2, step],
    [3, fileVersion],
    [5, values?.map((value): Field => [1, summaryValue(value)])],
    // SessionLog { status: START }
    [7, isRestart ? [[1, 1]] : undefined],
  ]);
}

function summaryValue(value: EventValue): readonly Field[] {
  const tag: Field = [1, value.tag];
  if ('number' in value) return [tag, [2, Float32Array.of(value.number)]];
  if ('png' in value) return [tag, [4, image(value.png)]];
  return [tag, [8, textTensor(value.text)], [9, [[1, [[1, 'text']]]]]];
}

/** Summary.Image: height, width, channels, file. The size of a PNG starts at byte 16. */
function image(png: Uint8Array): readonly Field[] {
  const view = new DataView(png.buffer, png.byteOffset, png.length);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  return [[1, height], [2, width], [3, 3], [4, png]]; // prettier-ignore
}

/** TensorProto of dtype DT_STRING and shape [1]. */
const textTensor = (text: string): readonly Field[] => [[1, 7], [2, [[2, [[1, 1]]]]], [8, text]]; // prettier-ignore
