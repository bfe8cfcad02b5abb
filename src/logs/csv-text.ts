/** A line of a CSV file. */
export interface CsvLine {
  readonly cells: readonly string[];
  /** The positions of its first byte, and of the first byte of the next line. */
  readonly start: number;
  readonly end: number;
}

/** A line of cells according to RFC 4180: a cell with a comma, a quote or a line break is quoted, with its quotes doubled. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join()}\r\n`;
}

/** Reads the complete lines of a file that {@link csvLine} wrote. */
export function readCsv(bytes: Uint8Array): CsvLine[] {
  const [QUOTE, NEWLINE] = [0x22, 0x0a];
  const lines: CsvLine[] = [];
  let start = 0;
  let isQuoted = false;
  bytes.forEach((byte, i) => {
    if (byte === QUOTE) isQuoted = !isQuoted;
    if (byte !== NEWLINE || isQuoted) return;
    const text = new TextDecoder().decode(bytes.subarray(start, i)).replace(/\r$/, '');
    lines.push({ cells: cellsOf(text), start, end: i + 1 });
    start = i + 1;
  });
  return lines;
}

function cellsOf(line: string): string[] {
  const cells = `${line},`.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*)),/g);
  return Array.from(cells, ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!);
}

/** The start of a text that a spreadsheet would read as a formula, optionally after apostrophes that were added. */
const FORMULA = /^'*[=+@\t\r\n\uff1d\uff0b\uff0d\uff20-]/;

/** The content of a cell: an apostrophe is added before a text that a spreadsheet would run. */
export function textCell(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The inverse of {@link textCell}. */
export function textOfCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}
