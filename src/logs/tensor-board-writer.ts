import { outOfRange, unusable, wrongKind } from '../tensor/errors.js';
import { checkLogFile } from './csv-writer.js';
import { eventMessage, type EventContent, type EventValue } from './event-message.js';
import { completeRecords, eventRecord } from './event-record.js';
import type { LogEntry, LogWriter } from './log-entry.js';
import { joined } from '../training/saving/protobuf.js';
import type { LogFile } from './log-file.js';

/**
 * Writes a TensorBoard event file: a scalar per number, a text per report with verdicts, an image per picture.
 *
 * A resumed run starts its own file in the same folder, or continues the existing one; an event makes TensorBoard discard
 * the steps that are repeated. Numbers are float32, as always in TensorBoard.
 *
 * @param file - the file to write to; name it with {@link eventFileName}
 * @returns a writer for {@link createLog}
 * @throws TypeError if `file` cannot be written to; when it writes, TypeError if a picture is not a PNG file, and Error if the file
 *   has content other than events; the file is then unchanged
 * @example
 * ```ts
 * const file = memoryFile();
 * const log = createLog({ writers: [tensorBoardWriter(file)] });
 * await fit(trainer, source, { epochs: 2, callbacks: { onReport: log.add } });
 * console.log((await file.read()).length > 100); // true
 * ```
 * @see https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 */
export function tensorBoardWriter(file: LogFile): LogWriter {
  checkLogFile('tensorBoardWriter', file);
  let hasBegun = false;

  /** The first events of a new file, or those that continue a run. */
  const begin = async ({ wallTime, resumedAt }: LogEntry): Promise<EventContent[]> => {
    const bytes = await file.read();
    const complete = eventsIn(bytes);
    if (complete < bytes.length) await file.cut(complete);
    return [
      ...(complete === 0 ? [{ wallTime, fileVersion: FILE_VERSION }] : []),
      ...(resumedAt > 0 || complete > 0 ? [{ wallTime, step: resumedAt + 1, isRestart: true }] : []),
    ];
  };

  return async (entry) => {
    const event = { wallTime: entry.wallTime, step: entry.step, values: valuesOf(entry) };
    const events = [...(hasBegun ? [] : await begin(entry)), event];
    await file.append(joined(events.map((content) => eventRecord(eventMessage(content)))));
    hasBegun = true;
  };
}

/**
 * Makes the name of an event file, which TensorBoard needs to find it in a folder.
 *
 * @param host - the name of the machine; default `page`. In Node, use `hostname()` of `node:os`
 * @throws RangeError if the machine's name has characters other than letters, digits, points, `_` and `-`
 * @example
 * ```ts
 * console.log(/^events\.out\.tfevents\.\d{10}\.laptop$/.test(eventFileName('laptop'))); // true
 * ```
 */
export function eventFileName(host = 'page'): string {
  if (typeof host !== 'string' || !/^[\w.-]+$/.test(host)) {
    throw outOfRange('eventFileName', 'host', 'must be letters, digits, points, _ and -', { got: host });
  }
  return `events.out.tfevents.${String(Math.floor(Date.now() / 1000)).padStart(10, '0')}.${host}`;
}

const FILE_VERSION = 'brain.Event:2';

/** The number of bytes in complete events; throws unless the bytes are events, or the beginning of the first one. */
function eventsIn(bytes: Uint8Array): number {
  const complete = completeRecords(bytes);
  const first = eventRecord(eventMessage({ wallTime: 0, fileVersion: FILE_VERSION }));
  // the time, 8 bytes, follows the record's head of 12 bytes and the field's key
  const isTime = (i: number): boolean => i >= 13 && i < 21;
  const isBegun = bytes.subarray(0, first.length - 4).every((byte, i) => byte === first[i] || isTime(i));
  const isOther =
    complete === 0 ? !isBegun : !new TextDecoder('latin1').decode(bytes.subarray(0, 64)).includes('brain.Event:');
  if (complete !== undefined && !isOther) return complete;
  const fix = 'Use the path of a file that does not exist yet, named with eventFileName.';
  throw unusable('tensorBoardWriter', 'file', 'must contain only events, or be empty', {
    seen: `${bytes.length} bytes of something else`,
    fix,
  });
}

function valuesOf({ epoch, numbers, verdicts, pictures }: LogEntry): EventValue[] {
  const remarks = verdicts.map(({ kind, message }) => `**${kind}**: ${message}`).join('\n\n');
  return [
    ...Object.entries({ epoch, ...numbers }).map(([tag, number]) => ({ tag, number })),
    ...(remarks === '' ? [] : [{ tag: 'verdicts', text: remarks }]),
    ...Object.entries(pictures).map(([tag, png]) => ({ tag, png: checkPng(tag, png) })),
  ];
}

function checkPng(name: string, png: Uint8Array): Uint8Array {
  const isPng = png instanceof Uint8Array && png.length > 24 && String.fromCharCode(...png.subarray(1, 4)) === 'PNG';
  if (isPng) return png;
  throw wrongKind('tensorBoardWriter', `pictures.${name}`, 'must be a PNG file, a Uint8Array', { got: png });
}
