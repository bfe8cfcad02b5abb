import { html, nothing } from 'lit';
import { isOfPictures } from '../experiment/pictures.js';
import { WORD_FILE } from '../program/words.js';
import { pictureBytes, pictureFile, writeProgram } from '../program/write-program.js';
import { copy } from './copy.js';
import { download } from './download.js';
import { experiment, isMoved, notice, session } from './store.js';
import { Watching } from './watching.js';

/** The program of the experiment, and its files. */
export class LabTakeAway extends Watching {
  static override properties = { copied: { state: true } };
  declare copied: string;

  constructor() {
    super();
    this.copied = 'Copy';
  }

  override render() {
    const { data } = experiment.value;
    const pictures = session.value.pictures.value;
    const words = session.value.words.value;
    return html`<section aria-label="Take away">
      <h2>Take away</h2>
      <div class="row">
        <button id="program" @click=${this.#open}>Show the program</button>
        <button id="link" @click=${copyLink}>Copy the link</button>
        <button id="checkpoint" @click=${() => save('checkpoint')}>Save a checkpoint</button>
        <button id="model" @click=${() => save('model')}>Save the model</button>
      </div>
      <dialog aria-label="The program">
        <p>
          ${
            isMoved.value
              ? 'You changed controls during this run, or updated one network alone. The program trains with the last values from the start, so its losses will differ.'
              : 'On WebAssembly, this program gives the same losses as the lab, bit for bit.'
          }
        </p>
        <pre tabindex="0"><code>${writeProgram(experiment.value)}</code></pre>
        <p class="row">
          <button class="main" @click=${this.#copy}>${this.copied}</button>
          <button @click=${() => download(writeProgram(experiment.value), 'program.mjs', 'text/javascript')}>
            Save as program.mjs
          </button>
          ${
            pictures === undefined || !isOfPictures(data)
              ? nothing
              : html`<button
                  id="pictures"
                  @click=${() => download(pictureBytes(experiment.value, pictures), pictureFile(experiment.value), 'application/octet-stream')}
                >
                  Save the pictures as ${pictureFile(experiment.value)}
                </button>`
          }
          ${
            words === undefined
              ? nothing
              : html`<button id="words" @click=${() => download(`${words.list.join('\n')}\n`, WORD_FILE, 'text/plain')}>
                  Save the words as ${WORD_FILE}
                </button>`
          }
          <button @click=${() => this.querySelector('dialog')!.close()}>Close</button>
        </p>
      </dialog>
    </section>`;
  }

  readonly #open = (): void => {
    this.copied = 'Copy';
    this.querySelector('dialog')!.showModal();
  };

  readonly #copy = async (): Promise<void> => {
    const isCopied = await copy(writeProgram(experiment.value));
    this.copied = isCopied ? 'Copied' : 'Select the text to copy it';
  };
}

async function copyLink(): Promise<void> {
  const isCopied = await copy(location.href);
  const { data } = experiment.value;
  const isOfFiles = data === 'csv' || data === 'own';
  notice.value = isCopied
    ? `The link is copied. It contains the whole experiment${isOfFiles ? ', but not your data, which stay here' : ''}.`
    : `This browser does not let the page copy. The link is ${location.href}`;
}

async function save(what: 'checkpoint' | 'model'): Promise<void> {
  try {
    const bytes = await session.value.ask(what);
    download(bytes, `${experiment.value.family}-${what}.safetensors`, 'application/octet-stream');
  } catch (error) {
    notice.value = `The ${what} could not be made: ${(error as Error).message}`;
  }
}

customElements.define('lab-take-away', LabTakeAway);
