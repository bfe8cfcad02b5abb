// An experiment as the hash of an address: #v=1&f=gan&d=ring&r=0.001&hide=r.s
import { defaultsOf, fieldNames, type Experiment } from './experiment.js';
import { fields, flawOf, hasField, type DataName, type Family, type Field, type FieldName } from './fields.js';
import { stories } from '../stories/index.js';
import { MAX_DRAWN, readPoints, writePoints } from './points.js';

const VERSION = '1';

/** Where in the lab one is. */
export interface Place {
  /** The story that is told, from 1. */
  readonly story?: number | undefined;
  /** Whether the families are side by side. */
  readonly isBeside?: boolean | undefined;
}

/** What a link holds. */
export interface Linked {
  readonly experiment: Experiment;
  /** Controls that a teacher hides. */
  readonly hidden: readonly FieldName[];
  /** What is shown beside the experiment. */
  readonly place: Place;
  /** One sentence about what was wrong in the link and is not used; empty if nothing was. */
  readonly complaint: string;
}

/** The hash of a link, at most 2,000 characters: what differs from the family's recipe, and the drawn points. */
export function writeLink(experiment: Experiment, hidden: readonly FieldName[] = [], place: Place = {}): string {
  const initial = { ...defaultsOf(experiment.family, experiment.data), data: fields.data.default };
  const told = new URLSearchParams({ v: VERSION, f: experiment.family });
  const linked = { ...experiment, data: withoutFiles(experiment.data) };
  for (const name of fieldNames) {
    if (name === 'family' || !hasField(linked, name) || linked[name] === initial[name]) continue;
    told.set(fields[name].key, String(linked[name]));
  }
  if (experiment.data === 'drawn') told.set('q', writePoints((experiment.points ?? []).slice(0, MAX_DRAWN)));
  if (hidden.length > 0) told.set('hide', hidden.map((name) => fields[name].key).join('.'));
  if (place.story !== undefined) told.set('story', String(place.story));
  if (place.isBeside === true) told.set('side', '1');
  return `#${told}`;
}

/** Reads a link; whatever is wrong in it is named, and the rest is used. */
export function readLink(hash: string): Linked {
  const told = new URLSearchParams(hash.replace(/^#/, ''));
  const flaws: string[] = [];
  if (told.size > 0 && told.get('v') !== VERSION)
    flaws.push(`its version is ${cut(told.get('v') ?? 'missing')}, not ${VERSION}`);

  const asked = told.get('f');
  if (asked !== null && flawOf('family', asked) !== undefined) flaws.push(flawOf('family', asked)!);
  const family: Family =
    asked !== null && flawOf('family', asked) === undefined ? (asked as Family) : fields.family.default;

  const set = told.get(fields.data.key);
  const data = set === null || flawOf('data', set) !== undefined ? fields.data.default : withoutFiles(set as DataName);
  const changes: Record<string, unknown> = { data };
  const known = new Set(['v', 'f', 'q', 'hide', 'story', 'side']);
  for (const name of fieldNames) {
    const field: Field = fields[name];
    const text = told.get(field.key);
    if (text === null || name === 'family') continue;
    known.add(field.key);
    const value = field.kind === 'choice' ? text : text.trim() === '' ? NaN : Number(text);
    const flaw = flawOf(name, value, data);
    if (flaw !== undefined) flaws.push(`${flaw}, not ${cut(text)}`);
    else if (name !== 'data' && hasField({ family, data }, name)) changes[name] = value;
  }
  const strangers = [...new Set(told.keys())].filter((key) => !known.has(key));
  if (strangers.length > 0) flaws.push(`nothing is called ${strangers.slice(0, 3).map(cut).join(', ')}`);

  const points = readPoints(told.get('q') ?? '');
  if (points === undefined) flaws.push('its drawn points cannot be read');
  if (data === 'drawn' && (points ?? []).length === 0) {
    changes['data'] = fields.data.default;
    if (points !== undefined) flaws.push('it has no drawn points');
  }
  if (changes['data'] === 'drawn') changes['points'] = points;

  const number = told.get('story');
  const story = stories.some((_, i) => String(i + 1) === number) ? Number(number) : undefined;
  if (number !== null && story === undefined)
    flaws.push(`Story is a whole number from 1 to ${stories.length}, not ${cut(number)}`);
  const side = told.get('side') ?? '0';
  if (!['0', '1'].includes(side)) flaws.push(`Side by side is 0 or 1, not ${cut(side)}`);
  const place = { story, isBeside: side === '1' };

  const keys = (told.get('hide') ?? '').split('.').filter((key) => key !== '');
  const hidden = fieldNames.filter((name) => keys.includes(fields[name].key));
  const stray = keys.find((key) => !fieldNames.some((name) => fields[name].key === key));
  if (stray !== undefined) flaws.push(`no control is called ${cut(stray)}, which it hides`);
  const complaint = flaws.length === 0 ? '' : `In the link: ${flaws.join('; ')}. The rest is used.`;
  return { experiment: { ...defaultsOf(family, data), ...changes }, hidden, place, complaint };
}

/** The points and pictures of files stay with their owner: others get a set that all have, of the same kind. */
const withoutFiles = (data: DataName): DataName =>
  data === 'csv' ? fields.data.default : data === 'own' ? 'emoji' : data;

const cut = (text: string): string => `"${text.length > 20 ? `${text.slice(0, 20)}...` : text}"`;
