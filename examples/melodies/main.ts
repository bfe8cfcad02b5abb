// Reads melodies as tokens, measures them, and writes them as MIDI, sound and a picture.
import { createRandom } from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { loadTunes } from './load-tunes.js';
import { copyRates, measureTunes, ownCopyRates, totalVariation } from './measures.js';
import { writeMidi } from './midi.js';
import { drawRolls } from './picture.js';
import { splitTunes } from './split.js';
import { fitTrigram } from './trigram.js';
import { transposed, type Tune } from './tune.js';
import { encodeTunes, tokenRows, vocabularyOf } from './vocabulary.js';
import { writeWav } from './wav.js';

const EXAMPLE = 'melodies';
const FOLDER = `out/${EXAMPLE}`;
/** Tunes in the picture. */
const SHOWN = 4;

const options = readOptions({
  command: `npm run example -- ${EXAMPLE}`,
  about: `Measures melodies, and writes some into ${FOLDER} as MIDI, sound and a picture.`,
  options: {
    data: { kind: 'folder', help: 'MIDI and ABC files; by default the melodies that ship with the examples' },
    notes: { kind: 'integer', default: 256, minimum: 8, help: 'notes of a sequence; longer tunes are cut' },
  },
});

run(async () => {
  const tunes = (await loadTunes(options.data)).map(transposed);
  const backend = await startBackend(options);
  const random = createRandom(options.seed);
  const { training, heldOut } = splitTunes(tunes, random.fork('split'));
  const vocabulary = vocabularyOf(tunes);
  const length = Math.min(options.notes, 1 + Math.max(...tunes.map(({ notes }) => notes.length)));
  const encoded = {
    training: encodeTunes(training, { vocabulary, length }),
    heldOut: encodeTunes(heldOut, { vocabulary, length }),
  };
  // bits per token: the notes, rests and ends of the held-out tunes
  const trigram = fitTrigram(tokenRows(encoded.training), vocabulary).bits(tokenRows(encoded.heldOut));

  // The models belong here: train on encoded.training, measure on encoded.heldOut, and put samples in place of held-out tunes.
  const samples: readonly Tune[] = heldOut;

  const [own, other] = [measureTunes(training), measureTunes(samples)];
  const result = {
    tunes: { training: training.length, heldOut: heldOut.length },
    tokens: vocabulary.tokens,
    length,
    bits: { trigram },
    training: { ...own, lengths: undefined, copied: ownCopyRates(training) },
    samples: {
      ...other,
      lengths: undefined,
      copied: copyRates(samples, training),
      lengthDistance: totalVariation(own.lengths, other.lengths),
    },
  };
  const shown = samples.slice(0, SHOWN);
  for (const [i, tune] of shown.entries()) {
    await saveFile(`${FOLDER}/${i + 1}.mid`, writeMidi(tune));
    await saveFile(`${FOLDER}/${i + 1}.wav`, writeWav(tune));
  }
  await saveFile(`${FOLDER}/tunes.png`, await drawRolls(shown.map((tune) => ({ tune }))));
  console.log(JSON.stringify(result, null, 2));
  await writeReport(options.json, { ...result, seed: options.seed, backend });
});
