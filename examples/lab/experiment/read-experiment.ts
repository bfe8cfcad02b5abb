import { canLearn, defaultsOf, fieldNames, firstDataOf, type Experiment } from './experiment.js';
import { flawOf, hasField, type DataName, type Family } from './fields.js';
import type { Pictures } from './pictures.js';
import type { Point } from './points.js';
import { withoutClash } from './without-clash.js';

/** Points of an experiment are at most this far from 0 in each direction. */
const FARTHEST = 100;
/** The largest number of points of an experiment. */
const MAX_POINTS = 10_000;

/**
 * Reads an experiment that was saved as JSON, and trusts nothing in it. A setting that is missing, because the file is older, has the value with
 * which its family begins. One with pictures of the user's own holds none of them: `pictures` are those that the browser keeps separately.
 *
 * @throws Error with a sentence that says what is wrong
 */
export function readExperiment(value: unknown, pictures?: Pictures): Experiment {
  if (!isRecord(value)) throw new Error('it holds no experiment of the lab');
  const { points, ...settings } = value;
  const stranger = Object.keys(settings).find((name) => !fieldNames.includes(name as never));
  if (stranger !== undefined) {
    throw new Error(
      `its setting ${JSON.stringify(stranger.slice(0, 20))} is unknown here; a newer lab may have made it`,
    );
  }
  const flaws = fieldNames
    .filter((name) => Object.hasOwn(settings, name))
    .flatMap((name) => flawOf(name, settings[name], settings['data'] as DataName | undefined) ?? []);
  if (!Object.hasOwn(settings, 'family')) flaws.push('it names no family');
  if (flaws.length > 0) throw new Error(flaws.slice(0, 3).join('; '));
  const family = settings['family'] as Family;
  const data = (settings['data'] ?? firstDataOf(family)) as DataName;
  if (!canLearn(family, data)) throw new Error(`its family ${family} cannot learn ${data}`);
  if (data === 'own' && pictures === undefined)
    throw new Error('its own pictures are not in it; drop them on the page, and begin a new run');
  const own = Object.fromEntries(
    fieldNames
      .filter((name) => Object.hasOwn(settings, name) && hasField({ family, data }, name))
      .map((name) => [name, settings[name]]),
  );
  const experiment: Experiment = {
    ...defaultsOf(family, data),
    // experiments from before classes existed use none
    classes: 'none',
    ...own,
    ...(data === 'own' ? { pictures } : {}),
  };
  const { why } = withoutClash(experiment);
  if (why !== '') throw new Error('its network predicts the noise, which a straight schedule excludes');
  const needsPoints = experiment.data === 'drawn' || experiment.data === 'csv';
  if (points === undefined && !needsPoints) return experiment;
  if (!isPoints(points)) throw new Error('its points cannot be read');
  return { ...experiment, points };
}

function isPoints(value: unknown): value is readonly Point[] {
  const isPoint = (point: unknown): boolean =>
    Array.isArray(point) &&
    point.length === 2 &&
    point.every((number) => typeof number === 'number' && Math.abs(number) <= FARTHEST);
  return Array.isArray(value) && value.length > 0 && value.length <= MAX_POINTS && value.every(isPoint);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
