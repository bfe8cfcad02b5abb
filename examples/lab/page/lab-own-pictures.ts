import { html } from 'lit';
import type { ChosenFiles, ReadFiles } from '../training/pictures/read-files.js';
import { takePictures } from './acts.js';
import { chosenIn, droppedIn } from './chosen-files.js';
import { notice } from './store.js';
import { Watching } from './watching.js';

/** Takes the user's own pictures: chosen files, or files that are dropped anywhere on the page. */
export class LabOwnPictures extends Watching {
  static override properties = { isReading: { state: true } };
  declare isReading: boolean;

  constructor() {
    super();
    this.isReading = false;
  }

  override render() {
    return html`<p class="row">
      <button id="own" ?disabled=${this.isReading} @click=${() => this.#ask('pictures')}>
        ${this.isReading ? 'Reading your pictures' : 'Use your own pictures'}
      </button>
      <button
        id="own-folder"
        ?disabled=${this.isReading}
        title="Each folder inside becomes a class"
        @click=${() => this.#ask('folder')}
      >
        Use a folder with classes
      </button>
      <input
        class="pictures"
        type="file"
        accept="image/*"
        multiple
        hidden
        aria-label="Your own pictures"
        @change=${this.#choose}
      />
      <input
        class="folder"
        type="file"
        webkitdirectory
        hidden
        aria-label="A folder of your own pictures"
        @change=${this.#choose}
      />
    </p>`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('dragover', allow);
    // before the page takes it for a file of points
    addEventListener('drop', this.#drop, { capture: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('dragover', allow);
    removeEventListener('drop', this.#drop, { capture: true });
  }

  readonly #choose = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    // the same files can be chosen again
    input.value = '';
    if (files.length > 0) void this.#take(chosenIn(files));
  };

  #ask(which: 'pictures' | 'folder'): void {
    this.querySelector<HTMLInputElement>(`input.${which}`)!.click();
  }

  readonly #drop = (event: DragEvent): void => {
    const dropped = event.dataTransfer === null ? undefined : droppedIn(event.dataTransfer);
    if (dropped === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    void this.#take(dropped);
  };

  async #take(files: ChosenFiles | Promise<ChosenFiles>): Promise<void> {
    if (this.isReading) return;
    this.isReading = true;
    try {
      const { pictures, complaint } = await read(await files);
      notice.value = complaint;
      if (pictures !== undefined) takePictures(pictures);
    } catch (error) {
      notice.value = `Your pictures could not be read: ${(error as Error).message}`;
    } finally {
      this.isReading = false;
    }
  }
}

/** Without this a browser opens what is dropped in place of the page. */
function allow(event: DragEvent): void {
  if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault();
}

/** Reads files in a worker of their own. */
async function read(files: ChosenFiles): Promise<ReadFiles> {
  const worker = new Worker(new URL('../training/pictures/read-worker.ts', import.meta.url), { type: 'module' });
  try {
    return await new Promise<ReadFiles>((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<ReadFiles>) => resolve(data));
      worker.addEventListener('error', ({ message }) => reject(new Error(message || 'the worker did not start.')));
      worker.postMessage(files);
    });
  } finally {
    worker.terminate();
  }
}

customElements.define('lab-own-pictures', LabOwnPictures);
