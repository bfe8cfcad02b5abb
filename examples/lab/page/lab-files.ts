import { html, nothing } from 'lit';
import { createLog, csvWriter, memoryFile } from 'tfjs-generative/logs';
import { download } from './download.js';
import { openFiles, openLastRun } from './open-files.js';
import { experiment, lastKept, session } from './store.js';
import { Watching } from './watching.js';

/** Own data, saved runs, and the log of this one. */
export class LabFiles extends Watching {
  override render() {
    const hasLog = session.value.snapshot.value.history.length > 0;
    return html`<section aria-label="Files">
      <h2>Files</h2>
      <div class="row">
        <label class="file"
          >Open a CSV or a checkpoint
          <input id="open-file" type="file" accept=".csv,.tsv,.txt,text/csv,.safetensors" @change=${choose} />
        </label>
        <button id="log" ?disabled=${!hasLog} @click=${() => void saveLog()}>Log as CSV</button>
        ${
          lastKept.value === undefined
            ? nothing
            : html`<button id="last-run" @click=${() => void openLastRun()}>Back to the last run</button>`
        }
      </div>
      <p class="about">Files can be dropped anywhere on the page. Nothing leaves it.</p>
    </section>`;
  }
}

function choose(event: Event): void {
  const input = event.target as HTMLInputElement;
  const files = [...(input.files ?? [])];
  // the same file may be chosen again
  input.value = '';
  void openFiles(files);
}

async function saveLog(): Promise<void> {
  const { history } = session.value.snapshot.value;
  const file = memoryFile();
  // a report may have a number that the first does not have
  const columns = [...new Set(history.flatMap(({ metrics }) => Object.keys(metrics)))];
  const log = createLog({ writers: [csvWriter(file, { columns })] });
  for (const report of history) await log.add(report);
  download(file.blob('text/csv'), `${experiment.value.family}-log.csv`, 'text/csv');
}

customElements.define('lab-files', LabFiles);
