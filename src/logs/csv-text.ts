/** A line of a CSV file. */
export interface CsvLine {
  readonly cells: readonly string[];
  /** Where it begins, in bytes, and where the next one does. */
  readonly start: number;
  readonly end: number;
}

/** A line of cells by RFC 4180: in quotes where a comma, a quote or a line's end is inside, with quotes doubled. */
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

/** How a text begins that a spreadsheet takes for a formula, also behind the apostrophes that we put before it. */
const FORMULA = /^'*[=+@\t\r\n\uff1d\uff0b\uff0d\uff20-]/;

/** A text for a cell: an apostrophe before one that a spreadsheet would run. */
export function textCell(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** What {@link textCell} was given. */
export function textOfCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}
