/** The number in a text of a column: that of an amount such as $12.50, or milliseconds since 1970 of a date; `written` is its pattern. */
export function numberInText(text: string, written: string | undefined): number {
  if (written === undefined || written.startsWith('YYYY')) return Date.parse(text);
  if (!written.endsWith('YYYY')) return Number(text.replaceAll(/[^\d.-]/g, ''));
  const [first, second, year] = text.split(/\D/).map(Number) as [number, number, number];
  const [day, month] = written.startsWith('D') ? [first, second] : [second, first];
  return Date.UTC(year, month - 1, day);
}
