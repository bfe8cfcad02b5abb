import { html, nothing } from 'lit';
import { classCountOf } from '../experiment/classes.js';
import { distanceText, isBetween, timesAsFar } from '../experiment/measures-text.js';
import { cureOf } from '../experiment/cures.js';
import { fields } from '../experiment/fields.js';
import { isOfPictures, kindOf } from '../experiment/pictures.js';
import { pointAt, rewind } from './acts.js';
import { coverage, experiment, hidden, isMoved, session, shownMeasures, verdicts } from './store.js';
import { Watching } from './watching.js';

/** How good the samples are, and what is wrong with the run, with the controls that mend it. */
export class LabMeasures extends Watching {
  override render() {
    const { parameters, snapshot, words } = session.value;
    const last = shownMeasures.value;
    const clouds = coverage.value;
    const isOne = experiment.value.shown > 0 && classCountOf(experiment.value) !== undefined;
    const times = last === undefined ? '-' : timesAsFar(last);
    const bits = snapshot.value.report?.metrics['bits'];
    return html`<section aria-label="Measures">
      <h2>Measures</h2>
      <dl>
        ${
          kindOf(experiment.value.data) === 'words'
            ? html`<dt>Bits per letter${experiment.value.direction === 'blanks' ? ', at most' : ''}</dt>
                <dd>${bits === undefined ? '-' : bits.toFixed(2)}</dd>
                <dt>From letter frequencies alone</dt>
                <dd>${words.value === undefined ? '-' : words.value.entropy.toFixed(2)}</dd>`
            : html`<dt>
                  Energy distance to ${isOfPictures(experiment.value.data) ? 'the data, in features' : 'new data'}
                </dt>
                <dd>${last === undefined ? '-' : distanceText(last.energyDistance)}</dd>
                <dt>Compared with real data</dt>
                <dd>${times}</dd>`
        }
        ${
          clouds === undefined
            ? nothing
            : html`<dt>Clouds with samples</dt>
                <dd>${clouds.covered} of ${clouds.all}</dd>
                <dt>Samples within clouds (data: 99%)</dt>
                <dd>${(100 * clouds.within).toFixed(0)}%</dd>`
        }
        <dt>Weights</dt>
        <dd>${parameters.value?.toLocaleString('en') ?? '-'}</dd>
      </dl>
      ${isOne ? html`<p class="about">Samples of a single class are not measured, because they differ from the data as a whole.</p>` : nothing}
      ${clouds !== undefined && last !== undefined && isBetween(clouds, last) ? html`<p class="about" id="between">The samples lie between the clouds. The energy distance hardly counts such small gaps.</p>` : nothing}
      <div role="status">${verdicts.value.map(({ kind, message }) => verdict(kind, message))}</div>
    </section>`;
  }
}

function verdict(kind: string, message: string) {
  const cure = cureOf(kind, experiment.value, isMoved.value);
  const { restart } = cure ?? {};
  const moves = (cure?.moves ?? []).filter(({ control }) => !hidden.value.includes(control));
  return html`<div class="verdict">
    <p><strong>${kind[0]!.toUpperCase() + kind.slice(1)}.</strong> ${cure?.words ?? message}</p>
    ${
      moves.length === 0 && restart === undefined
        ? nothing
        : html`<p class="row">
            ${restart === undefined ? nothing : html`<button class="restart" @click=${() => rewind(restart.changes)}>${restart.label}</button>`}
            ${moves.map(
              ({ control, how }) =>
                html`<button @click=${() => void pointAt(control)}>${fields[control].label}: ${how}</button>`,
            )}
          </p>`
    }
    ${
      cure === undefined || message === ''
        ? nothing
        : html`<details>
            <summary>Details</summary>
            ${message}
          </details>`
    }
  </div>`;
}

customElements.define('lab-measures', LabMeasures);
