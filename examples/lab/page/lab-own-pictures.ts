import { html } from 'lit';
import type { ReadFiles } from '../training/pictures/read-files.js';
import { takePictures } from './acts.js';
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
      <button id="own" ?disabled=${this.isReading} @click=${() => this.querySelector('input')!.click()}>
        ${this.isReading ? 'Reading your pictures' : 'Learn your own pictures'}
      </button>
      <input type="file" accept="image/*" multiple hidden aria-label="Your own pictures" @change=${this.#choose} />
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
    if (files.length > 0) void this.#take(files);
  };

  readonly #drop = (event: DragEvent): void => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.some(({ type }) => type.startsWith('image/'))) return;
    event.preventDefault();
    event.stopPropagation();
    void this.#take(files);
  };

  async #take(files: readonly File[]): Promise<void> {
    if (this.isReading) return;
    this.isReading = true;
    try {
      const { pictures, complaint } = await read(files);
      notice.value = complaint;
      if (pictures !== undefined) takePictures(pictures);
    } catch (error) {
      notice.value = `Your pictures were not read: ${(error as Error).message}`;
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
async function read(files: readonly File[]): Promise<ReadFiles> {
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
