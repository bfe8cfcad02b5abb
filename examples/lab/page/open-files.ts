// Files that are dropped on the page or chosen: points, checkpoints and models. Nothing leaves the page.
import { kindOfFile, looksLikeCheckpoint } from '../files/kind-of-file.js';
import { isModelFile, readCheckpoint } from '../files/read-checkpoint.js';
import { readCsv } from '../files/read-csv.js';
import { begin, goOn, takePoints } from './acts.js';
import { readKept } from './keeping.js';
import { experiment, lastKept, notice, openedModel, session } from './store.js';

/** Opens a file, or says why it cannot be opened. */
export async function openFiles(files: ArrayLike<File>): Promise<void> {
  const [file] = Array.from(files);
  if (file === undefined) return;
  await orTell(async () => {
    const kind = kindOfFile(file);
    const bytes = await read(file);
    if (kind === 'checkpoint' || looksLikeCheckpoint(bytes)) {
      if (isModelFile(bytes)) {
        openedModel.value = { name: file.name, bytes };
        return;
      }
      const saved = readCheckpoint(bytes);
      if (await goOn(saved)) notice.value = `The run is at update ${saved.steps}. Press Start to continue.`;
      return;
    }
    const { points, remark } = readCsv(bytes);
    takePoints('csv', points);
    notice.value = files.length > 1 ? `Only the first of ${files.length} files was opened. ${remark}` : remark;
  });
}

/** Goes back to the run before this one. */
export async function openLastRun(): Promise<void> {
  const name = lastKept.value;
  if (name === undefined) return;
  await orTell(async () => {
    const saved = await readKept(name);
    if (saved === undefined) throw new Error('This browser no longer has the last run.');
    if (await goOn(saved, name)) notice.value = '';
  });
}

/** After a failure: goes on from the last kept state, or starts again. */
export async function tryAgain(): Promise<void> {
  const { name } = session.value;
  const saved = await readKept(name);
  begin(experiment.value);
  if (saved !== undefined) await orTell(async () => void (await goOn(saved, name)));
}

async function read(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Error('The file cannot be read. It may have been moved or changed: choose it once more.');
  }
}

async function orTell(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    notice.value = (error as Error).message;
  }
}

/** Lets files be dropped anywhere on the page. */
export function takeDrops(): void {
  const filesOf = (event: Event): DataTransfer | undefined => {
    const { dataTransfer } = event as DragEvent;
    return dataTransfer?.types.includes('Files') === true ? dataTransfer : undefined;
  };
  addEventListener('dragover', (event) => {
    if (filesOf(event) !== undefined) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    const { files } = filesOf(event) ?? {};
    if (files === undefined) return;
    event.preventDefault();
    // pictures and folders are taken by `lab-own-pictures`, which hears of them first
    void openFiles(files);
  });
}
