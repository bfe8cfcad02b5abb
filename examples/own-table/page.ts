/// <reference types="vite/client" />
// A page that learns a table: a file is dropped, its columns are shown, a worker learns them, and new rows are downloaded. Nothing is sent.
import penguins from '@observablehq/sample-datasets/penguins.csv?raw';
import { showColumns } from './columns.js';
import { button, find } from './dom.js';
import { createLearning } from './learning.js';
import { readCsv, textIn, type Columns } from '../shared/read-csv.js';
import { createTaking } from './take.js';

let fileName = '';
let reading = new AbortController();

const taking = createTaking(
  (request) => learning.post(request),
  () => fileName.replace(/\.\w+$/, ''),
);
const learning = createLearning(taking.receive, taking.allow);

/** Shows another table, or why it cannot be read. */
async function open(name: string, textIn: () => string | Promise<string>): Promise<void> {
  reading.abort();
  const { signal } = (reading = new AbortController());
  const read = find('#read');
  learning.change(undefined);
  find('#table').hidden = true;
  read.textContent = `reading ${name}`;
  let text: string;
  let table: Columns;
  try {
    text = await textIn();
    table = readCsv(text);
  } catch (error) {
    if (!signal.aborted) read.textContent = (error as Error).message;
    return;
  }
  if (signal.aborted) return;
  fileName = name;
  read.textContent = '';
  const [names, rows] = [Object.keys(table), Object.values(table)[0]!.length];
  find('#table').hidden = false;
  find('#summary').textContent = `${name}: ${rows.toLocaleString('en')} rows, ${names.length} columns`;
  find('#problems').textContent = '';
  await showColumns(
    table,
    ({ kinds, leftOut, learned, wrong }) => {
      const canLearn = wrong.length === 0 && learned.length > 0;
      find('#problems').textContent =
        wrong.length > 0
          ? `Leave out ${wrong.join(', ')}, or choose another kind.`
          : learned.length === 0
            ? 'Choose at least one column.'
            : '';
      learning.change(canLearn ? { text, kinds, leftOut } : undefined, rows);
      taking.change(learned, rows);
    },
    signal,
  );
}

const input = find<HTMLInputElement>('#file');
const drop = find('.drop');
const openFile = (file: File | undefined) =>
  file && void open(file.name, () => file.arrayBuffer().then((bytes) => textIn(new Uint8Array(bytes))));
input.onchange = () => {
  openFile(input.files?.[0]);
  // so that the same file can be chosen again
  input.value = '';
};
button('penguins').onclick = () => void open('penguins.csv', () => penguins);

// a file that misses the area must not replace the page
document.ondragover = (event) => {
  event.preventDefault();
  drop.classList.add('over');
};
document.ondragleave = () => drop.classList.remove('over');
document.ondrop = (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  openFile(event.dataTransfer?.files[0]);
};
