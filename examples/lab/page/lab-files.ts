import { html, nothing } from 'lit';
import { createLog, csvWriter, memoryFile } from 'tfjs-generative/logs';
import { kindOf } from '../experiment/pictures.js';
import { viewsOf } from '../views/index.js';
import type { LabView } from '../views/view.js';
import { download } from './download.js';
import { openFiles, openLastRun } from './open-files.js';
import { experiment, lastKept, notice, opened, session } from './store.js';
import { frames } from './timeline.js';
import { Watching } from './watching.js';

/** Own data, saved runs, and the log of this one. */
export class LabFiles extends Watching {
  static override properties = { filmed: { state: true } };
  /** The share of the GIF that is made; undefined if none is being made. */
  declare filmed: number | undefined;

  override render() {
    const hasLog = session.value.snapshot.value.history.length > 0;
    const shown = viewsOf(experiment.value).filter(({ name }) => opened.value.includes(name));
    const kind = kindOf(experiment.value.data);
    return html`<section aria-label="Files">
      <h2>Files</h2>
      <div class="row">
        <label class="file"
          >Open a CSV, a checkpoint or a model
          <input id="open-file" type="file" accept=".csv,.tsv,.txt,text/csv,.safetensors" @change=${choose} />
        </label>
        <button id="log" ?disabled=${!hasLog} @click=${() => void saveLog()}>Save the log as CSV</button>
        ${
          kind === 'words'
            ? nothing
            : html`<label
                  >Picture
                  <select id="picture-of">
                    <option value="plane">${kind === 'points' ? 'The plane' : 'The samples'}</option>
                    ${shown.map(({ name, title }) => html`<option value=${name}>${title}</option>`)}
                  </select></label
                >
                <button id="picture" @click=${() => this.#savePicture()}>Save picture</button>
                <button
                  id="film"
                  ?disabled=${frames.value.length < 2 || this.filmed !== undefined}
                  @click=${() => void this.#saveFilm()}
                >
                  ${this.filmed === undefined ? 'Save a GIF of the run' : `Making the GIF: ${(100 * this.filmed).toFixed(0)}%`}
                </button>`
        }
        ${
          lastKept.value === undefined
            ? nothing
            : html`<button id="last-run" @click=${() => void openLastRun()}>Back to the last run</button>`
        }
      </div>
      <p class="about">You can also drop files anywhere on the page. They never leave it.</p>
    </section>`;
  }

  async #saveFilm(): Promise<void> {
    this.filmed = 0;
    try {
      const { makeFilm } = await import('./film.js');
      const film = await makeFilm((share) => (this.filmed = share));
      if (film !== undefined) download(film, `${experiment.value.family}-run.gif`, 'image/gif');
    } catch (error) {
      notice.value = `The GIF could not be made: ${(error as Error).message}`;
    }
    this.filmed = undefined;
  }

  #savePicture(): void {
    const name = this.querySelector<HTMLSelectElement>('#picture-of')!.value;
    const views = [
      ...document.querySelectorAll<HTMLElement & { readonly view?: LabView }>('lab-plane, lab-pictures, lab-view'),
    ];
    const canvas = views.find(({ view }) => (view?.name ?? 'plane') === name)?.querySelector('canvas');
    if (canvas == null) return;
    // the canvas itself is transparent
    const picture = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });
    const context = picture.getContext('2d')!;
    context.fillStyle = getComputedStyle(canvas).backgroundColor;
    context.fillRect(0, 0, picture.width, picture.height);
    context.drawImage(canvas, 0, 0);
    const file = `${experiment.value.family}-${name}.png`;
    picture.toBlob((blob) => blob !== null && download(blob, file, 'image/png'), 'image/png');
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
