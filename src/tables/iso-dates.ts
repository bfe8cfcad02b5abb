/** Milliseconds of a day. */
export const DAY = 86_400_000;

/** The day of the week of a moment in UTC, 0 to 6 from Thursday on. */
export function weekdayOf(moment: number): number {
  return ((Math.floor(moment / DAY) % 7) + 7) % 7;
}

/** A month, a day or a moment of ISO 8601, also with a space instead of T. */
const ISO = /^(\d{4}-\d\d)(-\d\d)?(?:([T ])(\d\d:\d\d)(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?)?$/;
/** The pattern of a moment to its milliseconds. */
const FULL = 'YYYY-MM-DDThh:mm:ss.sss';

/** A day of a year with four digits, the day or the month first. */
const LOCAL = /^(\d\d?)([./-])(\d\d?)\2(\d{4})$/;
/** Patterns of such days begin with what comes first. */
const isLocal = (pattern = ''): boolean => /^[DM]/.test(pattern);

/**
 * Milliseconds since 1970 of a text of ISO 8601, in UTC unless it has an offset, or of a day by its pattern, such as DD.MM.YYYY; NaN for
 * other texts.
 */
export function momentOf(text: string, pattern?: string): number {
  if (isLocal(pattern)) {
    const [, first, separator, second, year] = LOCAL.exec(text) ?? [];
    if (year === undefined || !pattern!.includes(separator!)) return NaN;
    const [day, month] = pattern!.startsWith('D') ? [first!, second!] : [second!, first!];
    return momentOf(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
  }
  const match = ISO.exec(text);
  if (match === null) return NaN;
  const [, month, day = '-01', , minutes = '00:00', seconds = ':00', fraction = ''] = match;
  const midnight = Date.parse(`${month}${day}T00:00Z`);
  // Date.parse makes 2 March of 30 February
  if (new Date(midnight).getUTCDate() !== Number(day.slice(1))) return NaN;
  const time = Date.parse(`1970-01-01T${minutes}${seconds}${fraction && fraction.padEnd(4, '0').slice(0, 4)}Z`);
  return midnight + time - offsetOf(match[7]);
}

/** The pattern by which texts of ISO 8601 write dates, such as YYYY-MM-DDThh:mmZ; undefined if one of them is no date. */
export function patternOf(texts: readonly string[]): string | undefined {
  const [zones, lengths] = [new Set<string>(), new Set<number>()];
  let separator = 'T';
  for (const text of texts) {
    if (Number.isNaN(momentOf(text))) return undefined;
    const [, , , between, , , fraction, zone = ''] = ISO.exec(text)!;
    separator = between ?? separator;
    zones.add(zone);
    lengths.add(fraction === undefined ? text.length - zone.length : FULL.length);
  }
  const length = Math.max(...lengths);
  const zone = zones.size === 1 ? [...zones][0]! : 'Z';
  return `${FULL.slice(0, length).replace('T', separator)}${length > 10 ? zone : ''}`;
}

/** The pattern of days whose texts are not of ISO 8601; `first` says what comes first where no text shows it, D or M. */
export function localPatternOf(texts: readonly string[], first = ''): string | undefined {
  const days = texts.map((text) => LOCAL.exec(text));
  const isFirst = (place: 1 | 3): boolean => days.some((match) => Number(match?.[place]) > 12);
  const letter = isFirst(1) ? 'D' : isFirst(3) ? 'M' : first;
  const separator = days[0]?.[2];
  if (separator === undefined || letter === '' || (first !== '' && letter !== first)) return undefined;
  const isPadded = texts.every((text) => text.length === 10);
  const parts = letter === 'D' ? ['D', 'M'] : ['M', 'D'];
  const pattern = [...parts.map((part) => (isPadded ? part + part : part)), 'YYYY'].join(separator);
  return texts.some((text) => Number.isNaN(momentOf(text, pattern))) ? undefined : pattern;
}

/** Whether texts are days of which nothing says whether the day or the month comes first. */
export function isAmbiguous(texts: readonly string[]): boolean {
  return localPatternOf(texts, 'D') !== undefined && localPatternOf(texts) === undefined;
}

/** Writes a moment by a pattern. */
export function writeDate(pattern: string, moment: number): string {
  if (isLocal(pattern)) {
    const [year, month, day] = new Date(moment).toISOString().split(/[-T]/) as [string, string, string];
    return pattern.replace(/YYYY|MM?|DD?/g, (token) => {
      const part = token.startsWith('Y') ? year : token.startsWith('M') ? month : day;
      return token.length === 1 ? String(Number(part)) : part;
    });
  }
  const zone = /(?:Z|[+-]\d\d:?\d\d)?$/.exec(pattern)![0];
  const text = new Date(moment + offsetOf(zone)).toISOString().slice(0, pattern.length - zone.length);
  return `${text.replace('T', pattern[10] ?? 'T')}${zone}`;
}

/** An offset such as +02:00 in milliseconds. */
function offsetOf(zone = ''): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  return Number(`${sign ?? ''}1`) * 60_000 * (60 * Number(hours ?? 0) + Number(minutes ?? 0));
}
