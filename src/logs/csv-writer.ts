import { checkFunction, checkInteger } from '../tensor/checks.js';
import { unusable, wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import type { LogEntry, LogWriter } from './log-entry.js';
import type { LogFile } from './log-file.js';
import { csvLine, readCsv, textCell, textOfCell, type CsvLine } from './csv-text.js';

/** Options of {@link csvWriter}. */
export interface CsvOptions {
  /** Names of numbers that the first report does not have, such as a measure that is computed only occasionally; none by default. */
  readonly columns?: readonly string[] | undefined;
}

/**
 * Writes one line per report, below a header with the column names: `step`, `epoch`, `seconds`, the numbers, `verdicts`.
 *
 * The first report determines the columns. A cell is empty if a later report lacks the number. All verdicts share one cell,
 * `kind: message`, separated by ` | `; line breaks and quotes follow RFC 4180. A text that begins with `=`, `+`, `-` or `@`, which
 * a spreadsheet would run, gets a leading apostrophe; numbers are written as they are.
 *
 * An existing file is continued, and its columns stay. A line that a killed program left unfinished is removed, and so are the
 * lines of steps that a resumed run repeats. A run that starts at step 0 overwrites the file.
 *
 * @param file - the file to write to: `logFile` from `/node`, or {@link memoryFile}
 * @param options - see {@link CsvOptions}
 * @returns a writer for {@link createLog}
 * @throws TypeError if an argument is wrong; when it writes, Error if the file has other content or lacks a column
 * @example
 * ```ts
 * const file = memoryFile();
 * const log = createLog({ writers: [csvWriter(file)] });
 * for await (const report of train(trainer, source, { steps: 2, reportEvery: 1 })) await log.add(report);
 * const lines = (await file.blob().text()).split('\r\n');
 * console.log(lines[2]!.startsWith('2,1,')); // true
 * ```
 * @see Shafranovich 2005, RFC 4180, https://www.rfc-editor.org/rfc/rfc4180
 */
export function csvWriter(file: LogFile, options: CsvOptions = {}): LogWriter {
  checkLogFile('csvWriter', file);
  const { columns: further } = readOptions('csvWriter', options, { columns: { default: [] } });
  if (!isListOfNames(further)) {
    throw wrongKind('csvWriter', 'columns', 'must be an array of names', { got: further });
  }
  let columns: readonly string[] | undefined;

  /** The columns of the file, after removing the lines of steps that are repeated; undefined if the file has none. */
  const continueFile = async (entry: LogEntry, expected: readonly string[]): Promise<readonly string[] | undefined> => {
    const bytes = await file.read();
    const [head, ...rows] = readCsv(bytes);
    if (head === undefined) {
      const text = new TextDecoder().decode(bytes);
      if (!headOf(expected).startsWith(text)) throw noLog(text);
      if (text !== '') await file.cut(0);
      return undefined;
    }
    checkLog(head, rows);
    if (entry.resumedAt === 0) {
      await file.cut(0);
      return undefined;
    }
    const names = head.cells.map(textOfCell);
    checkColumns(entry, names);
    const repeated = rows.find(({ cells }) => !(Number(cells[0]) <= entry.resumedAt));
    const end = repeated?.start ?? (rows.at(-1) ?? head).end;
    if (end < bytes.length) await file.cut(end);
    return names;
  };

  return async (entry) => {
    // a file with any other step could not be continued
    checkInteger('csvWriter', 'entry.step', entry.step, { least: 0 });
    if (columns === undefined) {
      const expected = [...new Set(['step', 'epoch', 'seconds', ...Object.keys(entry.numbers), ...further])].filter(
        (name) => name !== 'verdicts',
      );
      expected.push('verdicts');
      const found = await continueFile(entry, expected);
      if (found === undefined) await file.append(encode(headOf(expected)));
      columns = found ?? expected;
    }
    checkColumns(entry, columns);
    await file.append(encode(csvLine(cellsOf(entry, columns))));
  };
}

function cellsOf(entry: LogEntry, columns: readonly string[]): string[] {
  const { step, epoch, seconds, numbers, verdicts } = entry;
  const remarks = textCell(verdicts.map(({ kind, message }) => `${kind}: ${message}`).join(' | '));
  const cells = new Map<string, number | string>(
    Object.entries({ ...numbers, step, epoch, seconds, verdicts: remarks }),
  );
  return columns.map((name) => String(cells.get(name) ?? ''));
}

function headOf(columns: readonly string[]): string {
  return csvLine(columns.map(textCell));
}

/** Throws unless all lines of a file come from a log, because others would be lost. */
function checkLog({ cells }: CsvLine, rows: readonly CsvLine[]): void {
  if (cells[0] !== 'step' || cells.at(-1) !== 'verdicts') throw noLog(cells.join());
  const other = rows.find((row) => row.cells.length !== cells.length || !/^\d+$/.test(row.cells[0]!));
  if (other !== undefined) throw noLog(`the line ${other.cells.join()}`);
}

function checkColumns({ numbers }: LogEntry, columns: readonly string[]): void {
  const missing = Object.keys(numbers).find((name) => !columns.includes(name));
  if (missing === undefined) return;
  const fix = 'List it in `columns`, or start another file.';
  throw unusable('csvWriter', 'file', 'must have a column for each number', { seen: `none for ${missing}`, fix });
}

function isListOfNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

function noLog(seen: string): Error {
  const fix = 'Use the path of a file that does not exist yet.';
  return unusable('csvWriter', 'file', 'must be a log, from step to verdicts, or empty', { seen, fix });
}

/** Throws unless `file` has the methods of a {@link LogFile}. */
export function checkLogFile(where: string, file: unknown): void {
  // a log called this function as if it were a writer
  if ((file as Partial<LogEntry> | undefined)?.wallTime !== undefined) {
    const fix = `Call it: ${where}(file).`;
    throw wrongKind('createLog', 'writers', 'must contain writers', {
      seen: `the function ${where}, which makes one`,
      fix,
    });
  }
  for (const method of ['read', 'append', 'cut']) {
    checkFunction(where, `file.${method}`, (file as Record<string, unknown> | null | undefined)?.[method]);
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
