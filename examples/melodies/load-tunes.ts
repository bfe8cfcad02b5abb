import { readdir, readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { readAbc, readMidi, type Tune } from 'tfjs-generative/music';
import { examplePath } from '../shared/example-path.js';
import { InputError } from '../shared/input-error.js';

/** The melodies that ship with the examples. */
const SHIPPED = examplePath('data/melodies');

/** Reads every MIDI and ABC file of a folder, in the order of the names; by default the melodies that ship with the examples. */
export async function loadTunes(folder: string = SHIPPED): Promise<Tune[]> {
  const tunes: Tune[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const { name: title, ext } = parse(name);
    const path = join(folder, name);
    try {
      if (/^\.abc$/i.test(ext)) tunes.push(...readAbc(await readFile(path, 'utf8')));
      if (/^\.midi?$/i.test(ext)) tunes.push(readMidi(await readFile(path), { title }));
    } catch (error) {
      throw new InputError(`${path} is not a file of notes: ${(error as Error).message}`);
    }
  }
  if (tunes.length === 0) throw new InputError(`--data ${folder}: no .mid, .midi or .abc file in it has notes.`);
  return tunes;
}
