/** A note or rest of ABC. */
export interface AbcNote {
  readonly kind: 'note';
  readonly pitch: number | null;
  /** In units, not yet rounded. */
  length: number;
  /** Whether a tie joins it to the next. */
  isTied: boolean;
}

/** A bar line. */
export interface AbcBar {
  readonly kind: 'bar';
  /** How often the part that ends here is played; 1 if it is not repeated. */
  readonly ends: number;
  /** How often the part that begins here is played; 0 if none begins. */
  readonly starts: number;
  /** Whether a repeat without a beginning goes back to it. */
  readonly isDouble: boolean;
}

/** The beginning of an ending, and the times it is played. */
export interface AbcEnding {
  readonly kind: 'ending';
  readonly times: readonly number[];
}

/** What a voice consists of. */
export type AbcItem = AbcNote | AbcBar | AbcEnding;

/** A part of a voice: what is played each time, and then one of the endings. */
interface Part {
  readonly notes: AbcNote[];
  readonly endings: { readonly times: readonly number[]; readonly notes: AbcNote[] }[];
  /** How often a beginning says that it is played. */
  readonly starts: number;
}

/** The notes of a voice in the order in which they are played. */
export function playedNotes(items: readonly AbcItem[]): AbcNote[] {
  const played: AbcNote[] = [];
  const newPart = (starts = 0): Part => ({ notes: [], endings: [], starts });
  let part = newPart();
  /** Whether an ending was repeated, after which only another ending continues the part. */
  let isOver = false;
  const finish = (times: number, starts = 0): void => {
    const count = part.endings.reduce((most, ending) => Math.max(most, ...ending.times), times);
    for (let time = 1; time <= count; time++) {
      played.push(...part.notes, ...(part.endings.find((ending) => ending.times.includes(time))?.notes ?? []));
    }
    [part, isOver] = [newPart(starts), false];
  };
  for (const item of items) {
    if (item.kind === 'ending') {
      // a first ending follows what is repeated, and any other one an ending
      if (part.endings.length > 0 && item.times.some((time) => time === 1)) finish(1);
      part.endings.push({ times: item.times, notes: [] });
      isOver = false;
    } else if (item.kind === 'note') {
      if (isOver) finish(timesAfter(part));
      (part.endings.at(-1)?.notes ?? part.notes).push(item);
    } else {
      if (item.ends > 1) {
        if (isOver) finish(timesAfter(part));
        if (part.endings.length > 0) isOver = true;
        else finish(Math.max(item.ends, part.starts));
      } else if (item.isDouble && part.starts === 0 && part.endings.length === 0) finish(1);
      else if (item.isDouble && part.endings.length > 0 && !isOver) finish(1);
      if (item.starts > 0) finish(isOver ? timesAfter(part) : 1, item.starts);
    }
  }
  finish(isOver ? timesAfter(part) : 1);
  return played;
}

/** How often a part is played whose last ending is repeated: as often as its endings say, and at least twice. */
function timesAfter({ endings }: Part): number {
  return Math.max(2, ...endings.flatMap(({ times }) => times));
}
