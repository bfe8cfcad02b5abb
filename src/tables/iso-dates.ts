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

/** Three parts of a day that is not of ISO 8601, and the signs between them. */
const LOCAL = /^(\d{4}|\d\d?|[a-z]{3,9})([./ -]|\. )(\d\d?|[a-z]{3,9})([./ -]|, )(\d{4}|\d\d?)$/i;
/** Whether a pattern is of such days: those of ISO 8601 begin with YYYY-MM, and those of a `Date` are 'date'. */
const isLocal = (pattern = ''): boolean => /^([DM]|YYYY(?!-MM(?!M)))/.test(pattern);

const MONTHS = 'January February March April May June July August September October November December';

/**
 * Milliseconds since 1970 of a text of ISO 8601, in UTC unless it has an offset, or of a day by its pattern, such as DD.MM.YYYY or
 * MMM D, YYYY; NaN for other texts.
 */
export function momentOf(text: string, pattern?: string): number {
  if (isLocal(pattern)) {
    const [, first, before, second, after, third] = LOCAL.exec(text) ?? [];
    const [, ...signs] = pattern!.split(/\w+/);
    if (before !== signs[0] || after !== signs[1]) return NaN;
    const letters = pattern!.replace(/(\w)\1*\W*/g, '$1');
    const [year, month, day] = ['Y', 'M', 'D'].map((letter) => [first, second, third][letters.indexOf(letter)]!);
    const place = MONTHS.split(' ').findIndex((name) => name.toLowerCase().startsWith(month!.toLowerCase()));
    const number = pattern!.includes('MMM') ? String(place + 1) : month!;
    return momentOf(`${year}-${number.padStart(2, '0')}-${day!.padStart(2, '0')}`);
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
  const [, , before = '', , after = ''] = LOCAL.exec(texts[0]!) ?? [];
  const isOneSign = before === after && before !== ' ';
  const patterns = ['DMY', 'MDY', 'YMD'].flatMap((letters) =>
    (isOneSign ? ['M', 'MMM'] : ['MMM']).map((month) =>
      `${letters[0]!}${before}${letters[1]!}${after}${letters[2]!}`.replace('M', month).replace('Y', 'YYYY'),
    ),
  );
  const fitting = patterns.filter((pattern) => texts.every((text) => !Number.isNaN(momentOf(text, pattern))));
  const pattern =
    fitting.length > 1 && first === '' ? undefined : (fitting.find((one) => one.startsWith(first)) ?? fitting[0]);
  // a row shows another order of two numbers
  if (pattern === undefined || (/^[DM]\W[DM]\W/.test(pattern) && !pattern.startsWith(first))) return undefined;
  const [isPadded, isLong] = [!texts.some((text) => /\b\d\b/.test(text)), texts.some((text) => /[a-z]{4}/i.test(text))];
  const month = isLong ? 'MMMM' : isPadded && !pattern.includes('MM') ? 'MM' : '$&';
  return pattern.replace('D', isPadded ? 'DD' : 'D').replace(/M+/, month);
}

/** Whether texts are days of which some have years of two digits. */
export function haveShortYears(texts: readonly string[]): boolean {
  const long = texts.map((text) => text.replace(/\b\d\d$/, '20$&'));
  return long.join() !== texts.join() && (localPatternOf(long, 'D') ?? localPatternOf(long, 'M')) !== undefined;
}

/** Whether texts are days of which nothing says whether the day or the month comes first. */
export function isAmbiguous(texts: readonly string[]): boolean {
  return localPatternOf(texts, 'D') !== undefined && localPatternOf(texts) === undefined;
}

/** Writes a moment by a pattern. */
export function writeDate(pattern: string, moment: number): string {
  if (isLocal(pattern)) {
    const [year, month, day] = new Date(moment).toISOString().split(/[-T]/) as [string, string, string];
    return pattern.replace(/Y+|M+|D+/g, (token) => {
      if (token.startsWith('MMM'))
        return MONTHS.split(' ')[Number(month) - 1]!.slice(0, token === 'MMM' ? 3 : undefined);
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
