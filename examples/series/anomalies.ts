import { rowsOf, sizeOf, STEPS, type Windows } from './law.js';

/** Steps of an anomaly. */
const LENGTH = 12;
/** How far a level moves, in units of the data. */
const SHIFT = 0.4;

/** How one number of a window changes: its place is given by step and sensor. */
type Change = (at: (step: number, sensor: number, window?: number) => number, step: number, from: number) => number;

/** Three kinds of anomalies of one sensor, each for LENGTH steps from `from` on. */
const changes: Readonly<Record<'level' | 'shape' | 'correlation', (sensor: number) => Change>> = {
  // it is off by a constant
  level: (sensor) => (at, step) => at(step, sensor) + SHIFT,
  // it runs backwards: the same numbers in another order
  shape: (sensor) => (at, step, from) => at(2 * from + LENGTH - 1 - step, sensor),
  // it is that of another window, whose other sensors differ
  correlation: (sensor) => (at, step) => at(step, sensor, 1),
};

/** An anomaly of each kind in each window; the sensor that has it is the number of the window modulo the number of sensors. */
export function plantAnomalies(windows: Windows): Readonly<Record<keyof typeof changes, Windows>> {
  const { values, count, channels } = windows;
  const size = sizeOf(windows);
  const plant = (changeOf: (sensor: number) => Change): Windows => {
    const changed = rowsOf(windows, 0, count);
    for (let i = 0; i < count; i++) {
      const [sensor, from] = [i % channels, (7 * i) % (STEPS - LENGTH + 1)];
      const at = (step: number, channel: number, ahead = 0): number =>
        values[((i + ahead) % count) * size + step * channels + channel]!;
      for (let step = from; step < from + LENGTH; step++) {
        changed.values[i * size + step * channels + sensor] = changeOf(sensor)(at, step, from);
      }
    }
    return changed;
  };
  return { level: plant(changes.level), shape: plant(changes.shape), correlation: plant(changes.correlation) };
}
