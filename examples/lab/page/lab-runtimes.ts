import { html } from 'lit';
import { fields } from '../experiment/fields.js';
import { paceText, remarkOn } from './pace-of-work.js';
import { paceOn, whyMissing, type Runtime } from './runtimes.js';
import { experiment, session } from './store.js';
import { Watching } from './watching.js';

/** Which runtimes are there, why others are not, and how fast each was. It looks when it is opened: that may start a GPU. */
export class LabRuntimes extends Watching {
  static override properties = { missing: { state: true } };
  declare missing: Partial<Record<Runtime, string>> | undefined;

  override render() {
    const threads = session.value.threads.value;
    const { choices } = fields.runtime;
    const gpu = experiment.value.runtime === 'webgl' ? 'webgl' : 'webgpu';
    const remark = remarkOn(paceOn('wasm'), paceOn(gpu), [choices.wasm, choices[gpu]]);
    return html`${remark === undefined ? '' : html`<p role="status">${remark}</p>`}
      <details @toggle=${this.#look}>
        <summary>What this browser can use</summary>
        <ul>
          ${Object.entries(choices).map(([name, label]) => html`<li>${label}: ${this.#about(name as Runtime)}</li>`)}
        </ul>
        ${threads === undefined ? '' : html`<p>${threads}</p>`}
      </details>`;
  }

  #about(runtime: Runtime): string {
    if (this.missing === undefined) return 'not checked yet';
    const why = this.missing[runtime];
    if (why !== undefined) return `not available: ${why}`;
    const pace = paceOn(runtime);
    return pace === undefined ? 'available; choose it and train to see how fast it is' : paceText(pace);
  }

  readonly #look = async (event: Event): Promise<void> => {
    if (!(event.target as HTMLDetailsElement).open || this.missing !== undefined) return;
    const names = Object.keys(fields.runtime.choices) as Runtime[];
    const found = await Promise.all(names.map(async (name) => [name, await whyMissing(name)] as const));
    this.missing = Object.fromEntries(found.filter(([, why]) => why !== undefined));
  };
}

customElements.define('lab-runtimes', LabRuntimes);
