/** An amount of money, with commas between thousands only where $ or £ stands, or a percentage. */
const AMOUNT = /^(-?)([$£€¥] ?)?(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)?( ?[%€£$¥])?$/;

/** The pattern by which texts write amounts, such as $0.00 or 0%; undefined if they do not write them in one way. */
export function amountPatternOf(texts: readonly string[]): string | undefined {
  const signs = new Set<string>();
  let [decimals, isGrouped] = [0, false];
  for (const text of texts) {
    const [match, , before = '', digits, fraction = '.', after = ''] = AMOUNT.exec(text) ?? [];
    // 1.234 € may be more than a thousand
    const isClear = after.endsWith('%') || (fraction.length !== 4 && (!digits?.includes(',') || /[$£]/.test(before)));
    if (match === undefined || !isClear || (before === '') === (after === '')) return undefined;
    signs.add(`${before}0${after}`);
    decimals = Math.max(decimals, fraction.length - 1);
    isGrouped ||= digits!.includes(',');
  }
  const digits = `${isGrouped ? '0,0' : '0'}${decimals > 0 ? `.${'0'.repeat(decimals)}` : ''}`;
  return signs.size === 1 ? [...signs][0]!.replace('0', () => digits) : undefined;
}

/** The number in a text with the signs of a pattern; NaN for other texts. */
export function amountIn(text: string, pattern: string): number {
  const [before, after] = pattern.split(/0.*0|0/);
  const [match, minus, first = '', digits, fraction = '', last = ''] = AMOUNT.exec(text) ?? [];
  if (match === undefined || first !== before || last !== after) return NaN;
  return Number(`${minus}${digits!.replaceAll(',', '')}${fraction}`) + 0;
}

/** Writes a number by a pattern. */
export function writeAmount(pattern: string, number: number): string {
  const [form] = /0.*0|0/.exec(pattern)!;
  const text = Math.abs(number).toFixed(form.split('.')[1]?.length ?? 0);
  const digits = form.includes(',') ? text.replace(/\d(?=(\d{3})+(\.|$))/g, '$&,') : text;
  return `${number < 0 ? '-' : ''}${pattern.replace(form, () => digits)}`;
}
