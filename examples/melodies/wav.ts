import { noteOnsets, unitsPerQuarter, type Tune } from 'tfjs-generative/music';

/** Quarter notes a minute. */
export const TEMPO = 160;

const RATE = 22_050;
/** Amplitudes of the harmonics: the octave is strong, as of a plucked string. */
const HARMONICS = [1, 0.6, 0.3, 0.18, 0.1, 0.05];
/** Seconds in which a note rises, in which it decays to 1/e, and in which it fades when it ends. */
const [RISE, DECAY, FADE] = [0.008, 0.5, 0.05];
/** Seconds of silence after the last note. */
const AFTER = 0.4;

/** The sound of a tune as a WAV file: one channel, 16 bits, 22,050 Hz. */
export function writeWav({ notes }: Tune): Uint8Array {
  return wavFile(soundOf(notes));
}

/** Samples in [-1, 1]. */
export function soundOf(notes: Tune['notes']): Float32Array {
  const seconds = 60 / TEMPO / unitsPerQuarter;
  const onsets = noteOnsets(notes);
  const sound = new Float32Array(Math.ceil((onsets.at(-1)! * seconds + AFTER) * RATE));
  const loudness = 0.8 / HARMONICS.reduce((sum, amplitude) => sum + amplitude);
  for (const [i, { pitch, length }] of notes.entries()) {
    if (pitch === null) continue;
    const frequency = 440 * 2 ** ((pitch - 69) / 12);
    const first = Math.round(onsets[i]! * seconds * RATE);
    const held = length * seconds;
    for (let at = 0; at < (held + FADE) * RATE && first + at < sound.length; at++) {
      const time = at / RATE;
      const envelope = Math.min(1, time / RISE) * Math.exp(-time / DECAY) * Math.min(1, (held + FADE - time) / FADE);
      let wave = 0;
      for (const [k, amplitude] of HARMONICS.entries()) {
        // a harmonic above half of the rate would sound as a lower one
        if (frequency * (k + 1) < RATE / 2) wave += amplitude * Math.sin(2 * Math.PI * frequency * (k + 1) * time);
      }
      sound[first + at]! += loudness * envelope * wave;
    }
  }
  return sound;
}

/** Samples in [-1, 1] as a WAV file: a header of 44 bytes, then the samples. Louder ones are clipped. */
export function wavFile(sound: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(44 + 2 * sound.length));
  const text = (at: number, word: string): void =>
    [...word].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  const size = 2 * sound.length;
  text(0, 'RIFF');
  view.setUint32(4, 36 + size, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true); // bytes of the format that follows
  view.setUint16(20, 1, true); // integers
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, RATE, true);
  view.setUint32(28, 2 * RATE, true); // bytes per second
  view.setUint16(32, 2, true); // bytes per sample
  view.setUint16(34, 16, true); // bits per sample
  text(36, 'data');
  view.setUint32(40, size, true);
  for (const [i, value] of sound.entries()) {
    view.setInt16(44 + 2 * i, Math.round(32_767 * Math.max(-1, Math.min(1, value))), true);
  }
  return new Uint8Array(view.buffer);
}
