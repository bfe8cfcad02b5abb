/** An amount with a decimal point: minus, unit, digits with a sign between thousands, fraction, unit. */
const AMOUNT = /^(-?)(\p{Sc}\s?)?(\d+|\d{1,3}([\s,'’])\d{3}(?:\4\d{3})*)(\.\d+)?(\s?[%\p{Sc}])?$/u;
/** The digits of a pattern: 0 or #,##0, and decimals. */
const DIGITS = /(?:#(.)##)?0(?:([.,])(0+))?/;
/** Units after which a comma with three digits separates thousands. */
const IS_DOLLARS = /^[$£¥₩₹]/;

/** Writes points for commas, and commas for points. */
function swapped(text: string): string {
  return text.replace(/[.,]/g, (sign) => (sign === '.' ? ',' : '.'));
}

/**
 * The pattern by which texts write amounts, such as $0.00, #.##0,00 € or 0%; undefined if they do not write them in one way, or if their
 * only sign may separate thousands or decimals.
 */
export function amountPatternOf(texts: readonly string[]): string | undefined {
  const point = pointPatternOf(texts);
  const comma = swapped(pointPatternOf(texts.map(swapped)) ?? '') || undefined;
  if (point === undefined || comma === undefined || point === comma) return point ?? comma;
  // both are possible: $1,234 and 1.234% are clear, 1,234 € and $1.234 are not
  const isClear = point.includes('#,') ? IS_DOLLARS.test(point) : point.endsWith('%');
  return isClear ? point : undefined;
}

/** The pattern of amounts with a decimal point. */
function pointPatternOf(texts: readonly string[]): string | undefined {
  const units = new Set<string>();
  let [decimals, separator] = [0, ''];
  for (const text of texts) {
    const [match, , before = '', , between = separator, fraction = '.', after = ''] = AMOUNT.exec(text) ?? [];
    if (match === undefined || (before === '') === (after === '') || (separator || between) !== between)
      return undefined;
    units.add(`${before}0${after}`);
    decimals = Math.max(decimals, fraction.length - 1);
    separator = between;
  }
  const digits = `${separator && `#${separator}##`}0${decimals > 0 ? `.${'0'.repeat(decimals)}` : ''}`;
  return units.size === 1 ? [...units][0]!.replace('0', () => digits) : undefined;
}

/** The number in a text with the signs of a pattern; NaN for other texts. */
export function amountIn(text: string, pattern: string): number {
  const [form, separator, decimal] = DIGITS.exec(pattern)!;
  if (separator === '.' || decimal === ',') return amountIn(swapped(text), swapped(pattern));
  const [before, after] = pattern.split(form);
  const [match, minus, first = '', digits, between, fraction = '', last = ''] = AMOUNT.exec(text) ?? [];
  if (match === undefined || first !== before || last !== after) return NaN;
  // a comma may be a decimal one if the pattern has neither sign
  const isClear =
    separator === undefined
      ? between !== ',' || decimal !== undefined || IS_DOLLARS.test(pattern)
      : between === undefined || between === separator;
  return isClear ? Number(`${minus}${digits!.replaceAll(between ?? ',', '')}${fraction}`) + 0 : NaN;
}

/** Writes a number by a pattern. */
export function writeAmount(pattern: string, number: number): string {
  const [form, separator, decimal = '', zeros = ''] = DIGITS.exec(pattern)!;
  const [whole, fraction = ''] = Math.abs(number).toFixed(zeros.length).split('.') as [string, string?];
  const digits = separator === undefined ? whole : whole.replace(/\d(?=(\d{3})+$)/g, `$&${separator}`);
  return `${number < 0 ? '-' : ''}${pattern.replace(form, () => digits + decimal + fraction)}`;
}
