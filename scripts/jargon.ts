// Writes the text of the example `text` from Debian's package dict-jargon: npm run tool -- jargon /usr/share/dictd/jargon.dict.dz
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';

const [path] = process.argv.slice(2);
if (path === undefined) {
  console.error('npm run tool -- jargon FILE: the file jargon.dict.dz of the Debian package dict-jargon 4.4.7-3.1');
  process.exit(2);
}
/** The first entry after the head of the dictionary, which is about the file. */
const FIRST = '(TM)\n';
/** Characters of the text that ASCII lacks, and rare ones, as they are typed on a keyboard. */
const TYPED: Readonly<Record<string, string>> = {
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '´': "'",
  '–': '-',
  '—': '--',
  '−': '-',
  '·': '.',
  '•': '*',
  '…': '...',
  '×': 'x',
  '™': '(TM)',
  '\u00ad': '',
  '\u00a0': ' ',
};

const whole = gunzipSync(readFileSync(path)).toString('utf8');
const text = whole
  .slice(whole.indexOf(FIRST))
  .split('\n')
  // tables and figures drawn with lines
  .filter((line) => !/[─-╿□]/.test(line))
  .join('\n')
  .replace(/[^\n -~]/g, (character) => TYPED[character] ?? character)
  // letters without their accents
  .normalize('NFKD')
  .replace(/[^\n -~]/g, '');
const file = 'examples/data/jargon/jargon.txt.gz';
writeFileSync(file, gzipSync(text, { level: 9 }));
console.log(`${file}: ${text.length} characters, ${new Set(text).size} different ones`);
