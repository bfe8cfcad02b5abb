// An experiment as the hash of an address: #v=1&f=gan&d=ring&r=0.001&hide=r.s
import { canLearn, defaultsOf, fieldNames, firstDataOf, type Experiment } from './experiment.js';
import { fields, flawOf, hasField, type DataName, type Family, type Field, type FieldName } from './fields.js';
import { experimentOf, stories } from '../stories/index.js';
import { MAX_DRAWN, readPoints, writePoints } from './points.js';
import { withoutClash } from './without-clash.js';

const VERSION = '1';

/** A page of the lab that is not about one run: the families side by side, or pictures in one call. */
export type PageName = 'side' | 'one';

/** What these pages are called. */
export const pageLabels: Readonly<Record<PageName, string>> = { side: 'Side by side', one: 'One call' };

/** The place in the lab: a story, a page. */
export interface Place {
  /** The number of the open story, from 1. */
  readonly story?: number | undefined;
  /** Undefined is the page of a run. */
  readonly page?: PageName | undefined;
}

/** The content of a link. */
export interface Linked {
  readonly experiment: Experiment;
  /** Controls that a teacher hides. */
  readonly hidden: readonly FieldName[];
  /** The place in the lab. */
  readonly place: Place;
  /** A sentence about errors in the link, which are ignored; empty if there are none. */
  readonly complaint: string;
}

/** The hash of a link, at most 2,000 characters: values that differ from those that a link implies, and the drawn points. */
export function writeLink(experiment: Experiment, hidden: readonly FieldName[] = [], place: Place = {}): string {
  const initial = { ...impliedBy(experiment.family, experiment.data), data: firstDataOf(experiment.family) };
  const parameters = new URLSearchParams({ v: VERSION, f: experiment.family });
  const linked = { ...experiment, data: withoutFiles(experiment.data) };
  for (const name of fieldNames) {
    if (name === 'family' || !hasField(linked, name) || linked[name] === initial[name]) continue;
    parameters.set(fields[name].key, String(linked[name]));
  }
  if (experiment.data === 'drawn') parameters.set('q', writePoints((experiment.points ?? []).slice(0, MAX_DRAWN)));
  if (hidden.length > 0) parameters.set('hide', hidden.map((name) => fields[name].key).join('.'));
  if (place.story !== undefined) parameters.set('story', String(place.story));
  if (place.page !== undefined) parameters.set(place.page, '1');
  return `#${parameters}`;
}

/** Reads a link; errors in it are named, and the rest is used. A story in a link without a family brings its own experiment. */
export function readLink(hash: string): Linked {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const flaws: string[] = [];
  if (parameters.size > 0 && parameters.get('v') !== VERSION)
    flaws.push(`its version is ${cut(parameters.get('v') ?? 'missing')}, not ${VERSION}`);

  const number = parameters.get('story');
  const story = stories.some((_, i) => String(i + 1) === number) ? Number(number) : undefined;
  if (number !== null && story === undefined)
    flaws.push(`Story is a whole number from 1 to ${stories.length}, not ${cut(number)}`);

  const familyText = parameters.get('f');
  const opened = story === undefined || familyText !== null ? undefined : stories[story - 1]!;
  const initial = opened && experimentOf(opened);
  if (familyText !== null && flawOf('family', familyText) !== undefined) flaws.push(flawOf('family', familyText)!);
  const family: Family =
    familyText !== null && flawOf('family', familyText) === undefined
      ? (familyText as Family)
      : (initial?.family ?? fields.family.default);

  const set = parameters.get(fields.data.key);
  const usual = initial?.data ?? firstDataOf(family);
  const named = set === null || flawOf('data', set) !== undefined ? usual : withoutFiles(set as DataName);
  const data = canLearn(family, named) ? named : firstDataOf(family);
  if (set !== null && withoutFiles(set as DataName) !== set) flaws.push(lacksFiles[set as 'csv' | 'own']);
  if (data !== named) flaws.push(`${fields.family.choices[family]} cannot learn ${cut(named)}`);
  const changes: Record<string, unknown> = { data };
  const known = new Set(['v', 'f', 'q', 'hide', 'story', ...Object.keys(pageLabels)]);
  for (const name of fieldNames) {
    const field: Field = fields[name];
    const text = parameters.get(field.key);
    if (text === null || name === 'family') continue;
    known.add(field.key);
    const value = field.kind === 'choice' ? text : text.trim() === '' ? NaN : Number(text);
    const flaw = flawOf(name, value, data);
    if (flaw !== undefined) flaws.push(`${flaw}, not ${cut(text)}`);
    else if (name !== 'data' && hasField({ family, data }, name)) changes[name] = value;
  }
  const unknownKeys = [...new Set(parameters.keys())].filter((key) => !known.has(key));
  if (unknownKeys.length > 0) flaws.push(`nothing is called ${unknownKeys.slice(0, 3).map(cut).join(', ')}`);

  const points = readPoints(parameters.get('q') ?? '');
  if (points === undefined) flaws.push('its drawn points cannot be read');
  if (data === 'drawn' && (points ?? []).length === 0) {
    changes['data'] = fields.data.default;
    if (points !== undefined) flaws.push('it has no drawn points');
  }
  if (changes['data'] === 'drawn') changes['points'] = points;

  for (const [name, label] of Object.entries(pageLabels)) {
    const value = parameters.get(name) ?? '0';
    if (!['0', '1'].includes(value)) flaws.push(`${label} is 0 or 1, not ${cut(value)}`);
  }
  const [asked, ...others] = (Object.keys(pageLabels) as PageName[]).filter((name) => parameters.get(name) === '1');
  if (asked !== undefined && others.length > 0) {
    const labels = [asked, ...others].map((name) => pageLabels[name]).join(' and ');
    flaws.push(`${labels} are two pages, and a link can open only one`);
  }
  const page = asked ?? opened?.page;
  const place = { story, page };

  const keys = (parameters.get('hide') ?? '').split('.').filter((key) => key !== '');
  const hidden = fieldNames.filter((name) => keys.includes(fields[name].key));
  const unknownControl = keys.find((key) => !fieldNames.some((name) => fields[name].key === key));
  if (unknownControl !== undefined) flaws.push(`no control is called ${cut(unknownControl)}, which it hides`);
  const base = initial?.data === data ? initial : impliedBy(family, data);
  const { experiment, why } = withoutClash({ ...base, ...changes });
  const ignored = flaws.length === 0 ? '' : `In the link: ${flaws.join('; ')}. The rest is used.`;
  return { experiment, hidden, place, complaint: [ignored, why].filter((text) => text !== '').join(' ') };
}

/** The settings that a link does not name. They keep their values when defaults change, so that a saved link keeps its meaning. */
const impliedBy = (family: Family, data: DataName): Experiment => ({
  ...defaultsOf(family, data),
  ...(family === 'drifting' ? { tau: 0.05 } : {}),
});

/** What a link says of data that it cannot hold. */
const lacksFiles = {
  csv: 'the points of a CSV file are not in a link: open the file here to use them',
  own: 'pictures from files are not in a link: choose them here to use them',
};

/** Replaces points and pictures from files, which stay with their owner, by a built-in set of the same kind. */
const withoutFiles = (data: DataName): DataName =>
  data === 'csv' ? fields.data.default : data === 'own' ? 'emoji' : data;

const cut = (text: string): string => `"${text.length > 20 ? `${text.slice(0, 20)}...` : text}"`;
