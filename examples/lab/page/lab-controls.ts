import { html, nothing, type TemplateResult } from 'lit';
import { classesOf } from '../experiment/classes.js';
import { shownFields } from '../experiment/experiment.js';
import {
  fields,
  flawOf,
  isLive,
  type ChoiceField,
  type Field,
  type FieldName,
  type NumberField,
} from '../experiment/fields.js';
import { change } from './acts.js';
import { advised, experiment, hidden, mayHide, notice } from './store.js';
import './lab-runtimes.js';
import { Watching } from './watching.js';

/** Steps of a slider with a logarithmic scale. */
const STEPS = 200;
/** Milliseconds after which a slider that is dragged counts as resting. */
const REST = 150;
let resting: ReturnType<typeof setTimeout> | undefined;

/** The controls of the experiment: one for each setting of its family that the link does not hide. */
export class LabControls extends Watching {
  override render() {
    const names = shownFields(experiment.value).filter((name) => name !== 'family');
    return html`<div class="controls">${names.filter((name) => !hidden.value.includes(name)).map(control)}</div>
      ${mayHide.value ? hiding(names) : nothing}`;
  }
}

/** For teachers: which controls there are. */
function hiding(names: readonly FieldName[]): TemplateResult {
  const toggle = (name: FieldName) => (): void => {
    const before = hidden.value;
    hidden.value = before.includes(name) ? before.filter((one) => one !== name) : [...before, name];
  };
  return html`<details class="hiding">
    <summary>For teachers: hide controls</summary>
    <p class="about">The link opens the lab without the controls that you untick here.</p>
    <div class="layers">
      ${names.map(
        (name) =>
          html`<label class="chip"
            ><input
              type="checkbox"
              .checked=${!hidden.value.includes(name)}
              @change=${toggle(name)}
            />${fields[name].label}</label
          >`,
      )}
    </div>
  </details>`;
}

function control(name: FieldName): TemplateResult {
  const field: Field = fields[name];
  const id = `control-${name}`;
  const value = experiment.value[name];
  return html`<div class=${advised.value.includes(name) ? 'control advised' : 'control'}>
    <label for=${id}>${field.label}</label>
    ${
      name === 'shown'
        ? shownClass(id, Number(value))
        : field.kind === 'choice'
          ? select(id, name, field, String(value))
          : slider(id, name, field, Number(value))
    }
    <small id=${`${id}-help`}
      >${field.help}${field.isLive === true ? nothing : html`<span class="restarts" title="Changing this restarts the run"> &#8635;</span><span class="unseen"> (changing this restarts the run)</span>`}</small
    >
    ${name === 'runtime' ? html`<lab-runtimes></lab-runtimes>` : nothing}
  </div>`;
}

function select(id: string, name: FieldName, { choices }: ChoiceField, value: string): TemplateResult {
  const choose = (event: Event): void => change(name, (event.target as HTMLSelectElement).value);
  return html`<select id=${id} aria-describedby=${`${id}-help`} @change=${choose} .value=${value}>
    ${Object.entries(choices)
      .filter(([word]) => name !== 'data' || !['csv', 'drawn', 'own'].includes(word) || word === value)
      .map(([word, label]) => html`<option value=${word} ?selected=${word === value}>${label}</option>`)}
  </select>`;
}

/** A class is chosen by its name. */
function shownClass(id: string, value: number): TemplateResult {
  const choose = (event: Event): void => change('shown', Number((event.target as HTMLSelectElement).value));
  return html`<select id=${id} aria-describedby=${`${id}-help`} @change=${choose} .value=${String(value)}>
    ${['All classes in turn', ...classesOf(experiment.value)].map(
      (label, i) => html`<option value=${i} ?selected=${i === value}>${label}</option>`,
    )}
  </select>`;
}

function slider(id: string, name: FieldName, field: NumberField, value: number): TemplateResult {
  const { kind, low, high, isLogarithmic } = field;
  const toSlider = (x: number): number =>
    isLogarithmic === true ? (STEPS * Math.log(x / low)) / Math.log(high / low) : x;
  const fromSlider = (x: number): number =>
    isLogarithmic === true ? Number((low * (high / low) ** (x / STEPS)).toPrecision(2)) : x;
  const set = (next: number, input: HTMLInputElement, shown: number): void => {
    const flaw = flawOf(name, next);
    if (flaw !== undefined) {
      notice.value = `${flaw}.`;
      input.value = String(shown);
      return;
    }
    notice.value = '';
    if (next !== experiment.value[name]) change(name, next);
  };
  const slide = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    set(fromSlider(input.valueAsNumber), input, toSlider(value));
  };
  // a run that is to restart waits until the slider rests
  const drag = (event: Event): void => {
    clearTimeout(resting);
    if (isLive(name)) return slide(event);
    const typed = (event.target as HTMLInputElement).nextElementSibling as HTMLInputElement;
    typed.value = String(fromSlider((event.target as HTMLInputElement).valueAsNumber));
    resting = setTimeout(() => slide(event), REST);
  };
  const release = (event: Event): void => {
    clearTimeout(resting);
    slide(event);
  };
  const type = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    set(input.valueAsNumber, input, value);
  };
  const isScaled = isLogarithmic === true;
  // several places of the thumb may stand for one value: it stays where it is dragged
  const now = (document.getElementById(id) as HTMLInputElement | null)?.valueAsNumber;
  const thumb = now !== undefined && fromSlider(now) === value ? now : toSlider(value);
  return html`<span class="number">
    <input
      type="range"
      id=${id}
      aria-describedby=${`${id}-help`}
      aria-valuetext=${String(value)}
      min=${isScaled ? 0 : low}
      max=${isScaled ? STEPS : high}
      step=${isScaled ? 1 : (field.step ?? (kind === 'integer' ? 1 : (high - low) / 100))}
      .value=${String(thumb)}
      @input=${drag}
      @change=${release}
    />
    <input
      type="number"
      aria-label=${field.label}
      min=${low}
      max=${high}
      step=${field.step ?? (kind === 'integer' ? 1 : 'any')}
      .value=${String(value)}
      @change=${type}
    />
  </span>`;
}

customElements.define('lab-controls', LabControls);
