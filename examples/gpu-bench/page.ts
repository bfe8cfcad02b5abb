// A page that times training steps on this computer's GPU and on its processor. Nothing is sent.
import { version as tfjs } from '@tensorflow/tfjs-core/dist/version';
import { version } from '../../package.json';
import { median } from '../shared/compare-times.js';
import {
  browserIn,
  fasterOn,
  inMilliseconds,
  KINDS,
  lineOf,
  MODELS,
  threadsText,
  whyFailed,
  type Results,
} from './summary.js';
import { createHand, timeModel, type Hand, type Result } from './time-model.js';
import type { Kind, Model } from './worker.js';

const find = <E extends HTMLElement>(selector: string): E => document.querySelector<E>(selector)!;
const [start, stop, copy] = ['#start', '#stop', '#copy'].map((id) => find<HTMLButtonElement>(id)) as [
  HTMLButtonElement,
  HTMLButtonElement,
  HTMLButtonElement,
];
const [status, progress, body] = [find('#status'), find<HTMLProgressElement>('progress'), find('tbody')];
const line = find<HTMLTextAreaElement>('#line');

const kinds = Object.keys(KINDS) as Kind[];
const models = Object.keys(MODELS) as Model[];
const browser = browserIn(navigator.userAgent);
let adapterText = 'no WebGPU';
let results: Partial<Record<Model, Results>> = {};
let work = new AbortController();

const boxes = (): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>('fieldset input')];
for (const model of models) {
  const input = Object.assign(document.createElement('input'), { type: 'checkbox', value: model, checked: true });
  const label = document.createElement('label');
  label.append(input, ` ${MODELS[model]}`);
  find('fieldset').append(label);
}

/** Starts the workers, which load all that they need, and shows what computes. */
async function open(): Promise<Partial<Record<Kind, Hand>>> {
  const hands: Partial<Record<Kind, Hand>> = {};
  // one after the other: the second finds the script of the first in the browser's cache
  for (const kind of kinds) {
    const hand = createHand(new Worker(new URL('worker.ts', import.meta.url), { type: 'module' }));
    const { adapter } = await hand.open(kind);
    if (adapter !== undefined) showAdapter(adapter);
    if (adapter === undefined || 'name' in adapter) hands[kind] = hand;
  }
  return hands;
}

function showAdapter(adapter: { readonly name: string; readonly software: boolean } | { readonly why: string }): void {
  const note = find('#note');
  if ('why' in adapter) {
    find('#adapter').textContent = `none: ${adapter.why}`;
    note.textContent =
      'This page can only time wasm here. Try a current Chrome, Edge, Firefox or Safari on a computer with a GPU.';
    return;
  }
  const { name, software } = adapter;
  adapterText = software ? `${name}, a software adapter` : name;
  find('#adapter').textContent = name;
  for (const input of boxes()) if (software && ['dcgan', 'unet'].includes(input.value)) input.checked = false;
  note.textContent = software
    ? 'This adapter is not a GPU: it is software that computes on the processor. The times say nothing about a GPU. The two models that would take minutes are not ticked.'
    : '';
}

function cell(text: string, label = '', name: 'th' | 'td' = 'td'): HTMLTableCellElement {
  const made = Object.assign(document.createElement(name), { textContent: text });
  if (label !== '') made.dataset['label'] = label;
  if (name === 'th') made.scope = 'row';
  return made;
}

/** A time, and below it what a step sends to the GPU, or how many threads compute it. */
function timeCell(kind: Kind, result: Result | undefined): HTMLTableCellElement {
  const label = `${KINDS[kind]}, ms`;
  if (result === undefined || 'failed' in result) return cell('–', label);
  const made = cell(inMilliseconds(median(result.milliseconds)), label);
  const { dispatches, threads } = result;
  const textContent = dispatches === undefined ? threadsText(threads) : `${dispatches} dispatches`;
  made.append(Object.assign(document.createElement('small'), { textContent }));
  return made;
}

function show(model: Model, found: Results): void {
  const reasons = Object.entries(found).flatMap(([kind, result]) =>
    'failed' in result ? [`${KINDS[kind as Kind]}: ${whyFailed(result.failed)}`] : [],
  );
  const faster = fasterOn(found);
  const remark = [faster && `This model ${faster}.`, ...reasons].filter(Boolean).join(' ');
  const row = document.createElement('tr');
  row.append(cell(MODELS[model], '', 'th'), ...kinds.map((kind) => timeCell(kind, found[kind])), cell(remark));
  body.append(row);
  line.value = lineOf({ versions: `tfjs-generative ${version}, tfjs ${tfjs}`, browser, adapter: adapterText }, results);
}

async function measure(hands: Partial<Record<Kind, Hand>>): Promise<void> {
  const { signal } = (work = new AbortController());
  const chosen = boxes()
    .filter(({ checked }) => checked)
    .map(({ value }) => value as Model);
  if (chosen.length === 0) {
    status.textContent = 'Choose at least one model.';
    return;
  }
  [start.disabled, stop.disabled, progress.hidden] = [true, false, false];
  [results, line.value] = [{}, ''];
  body.replaceChildren();
  find('#results').hidden = false;
  for (const [i, model] of chosen.entries()) {
    status.textContent = `timing ${MODELS[model]}`;
    const onStep = (share: number): void => void (progress.value = (i + share) / chosen.length);
    onStep(0);
    const found = await timeModel(model, hands, { signal, onStep });
    if (signal.aborted) break;
    results[model] = found;
    show(model, found);
  }
  status.textContent = signal.aborted ? 'stopped' : 'done';
  [start.disabled, stop.disabled, progress.hidden] = [false, true, true];
}

find('#browser').textContent = browser;
stop.onclick = () => {
  work.abort();
  [stop.disabled, status.textContent] = [true, 'stopping after the current steps'];
};
copy.onclick = async () => {
  line.select();
  const isCopied = await navigator.clipboard.writeText(line.value).then(
    () => true,
    () => false,
  );
  find('#copied').textContent = isCopied ? 'copied' : 'the line is selected: copy it with the keyboard';
};
open().then(
  (hands) => {
    [start.disabled, status.textContent] = [false, ''];
    start.onclick = () => void measure(hands);
  },
  ({ message }: Error) => (status.textContent = `This page cannot measure here: ${message}.`),
);
