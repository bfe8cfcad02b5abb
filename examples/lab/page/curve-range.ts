/** With fewer reports than this, all of them are shown whole. */
const FEW = 10;
/** The share of the reports, from the first on, that may lie outside. */
const EARLY = 0.2;
/** Of the others, the share that may lie outside at either end: single spikes. */
const SPIKES = 0.01;
/** Room above and below, in heights. */
const MARGIN = 0.08;

/**
 * The range of an axis on which several curves can be read. What a loss does in the first updates is many times what it does later: the range is that
 * of the later reports, without spikes.
 */
export function rangeOf(curves: readonly (readonly (number | null)[])[]): [low: number, high: number] {
  const ends = curves.flatMap((curve) => {
    const later = curve.length < FEW ? curve : curve.slice(Math.floor(EARLY * curve.length));
    const values = later.filter((value) => value !== null && Number.isFinite(value)).sort((a, b) => a! - b!);
    const cut = Math.floor(SPIKES * values.length);
    return values.length === 0 ? [] : [values[cut]!, values[values.length - 1 - cut]!];
  });
  if (ends.length === 0) return [0, 1];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const room = MARGIN * (high - low) || 0.5;
  return [low - room, high + room];
}
