import list from '../../data/words.txt?raw';
import { batches } from 'tfjs-generative';
import { characters, padSequences } from 'tfjs-generative/tokens';
import type { Lesson } from '../learner.js';
import type { Opened } from '../opened.js';
import { PLACES } from '../sizes.js';
import { createWords } from './words.js';

/** Begins to learn words. */
export function openWords(lesson: Lesson): Opened {
  const { experiment, random } = lesson;
  const words = list.trim().split('\n');
  const letters = characters(words.join(''), { end: true });
  const data = padSequences(words.map(letters.encode), { length: PLACES });
  const source = batches(data, { batchSize: experiment.batch, random: random.fork('order') });
  const learner = createWords(lesson, letters);
  const tokens = words.flatMap((word) => [...letters.encode(word)]);
  return {
    learner,
    source,
    shown: { data: new Float32Array(), words: { list: words, entropy: entropyOf(tokens) } },
    dispose: () => learner.dispose(),
  };
}

/** The entropy of single tokens in bits: what a model reaches that knows how frequent each is, and nothing else. */
function entropyOf(tokens: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return [...counts.values()]
    .map((count) => count / tokens.length)
    .reduce((sum, share) => sum - share * Math.log2(share), 0);
}
