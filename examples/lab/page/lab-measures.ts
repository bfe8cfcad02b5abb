import { html, nothing } from 'lit';
import { kindOf } from '../experiment/pictures.js';
import { session } from './store.js';
import { Watching } from './watching.js';

/** How good the samples are, and what the library says of the run. */
export class LabMeasures extends Watching {
  override render() {
    const { experiment, measures, snapshot, parameters } = session.value;
    const last = measures.value.at(-1);
    const verdicts = snapshot.value.report?.verdicts ?? [];
    return html`<section aria-label="Measures">
      <h2>Measures</h2>
      <dl>
        <dt>Energy distance to ${kindOf(experiment.data) === 'points' ? 'fresh data' : 'the data, by pixels'}</dt>
        <dd>${last === undefined ? '-' : last.energyDistance.toPrecision(2)}</dd>
        <dt>The same between data</dt>
        <dd>${last === undefined ? '-' : last.baseline.toPrecision(2)}</dd>
        ${
          last?.modes === undefined
            ? nothing
            : html`<dt>Clouds with samples</dt>
                <dd>${last.modes.covered} of ${last.modes.all}</dd>`
        }
        <dt>Weights</dt>
        <dd>${parameters.value?.toLocaleString('en') ?? '-'}</dd>
      </dl>
      ${verdicts.map(({ kind, message }) => html`<p class="verdict"><strong>${kind}</strong> ${message}</p>`)}
    </section>`;
  }
}

customElements.define('lab-measures', LabMeasures);
