/**
 * Melodies: readers and writers of MIDI and ABC files, notes on a grid, keys and metres, and notes as the tokens of sequences that know the time.
 *
 * @packageDocumentation
 */
export { barLength, noteOnsets, unitsPerQuarter, type Note, type Tune } from './tune.js';
export { transposeTune } from './transpose-tune.js';
export { quantizeNotes, type PlayedNote } from './quantize-notes.js';
export { readMidi, type ReadMidiOptions } from './read-midi.js';
export { writeMidi } from './write-midi.js';
export { readAbc } from './read-abc.js';
export { writeAbc } from './write-abc.js';
export {
  decodeNotes,
  encodeTunes,
  noteVocabulary,
  type EncodedMetres,
  type EncodedTunes,
  type NoteVocabulary,
  type TuneData,
} from './note-vocabulary.js';
export { noteTimes, type NoteTimes } from './note-times.js';
