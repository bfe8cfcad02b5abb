// The form of the guide for teachers: a link to an experiment of the lab, without the controls that a class shall not see.
import { shownFields } from '../../../examples/lab/experiment/experiment.js';
import { fields, type FieldName } from '../../../examples/lab/experiment/fields.js';
import { readLink, writeLink } from '../../../examples/lab/experiment/link.js';

const form = document.querySelector<HTMLFormElement>('#class-link')!;
const lab = new URL(/* @vite-ignore */ '../lab/index.html', import.meta.url);
const part = <E extends Element>(selector: string): E => form.querySelector<E>(selector)!;
const [pasted, result] = [part<HTMLInputElement>('[name=lab]'), part<HTMLInputElement>('[name=link]')];
const [boxes, words, open] = [part('.boxes'), part('[role=status]'), part<HTMLAnchorElement>('a')];

const hidden = new Set<FieldName>();

/** The address before the experiment: the lab that the link comes from, or this site's. */
function placeOf(text: string): string {
  const [address] = text.split('#') as [string];
  return /^https?:\/\//.test(address) ? address : lab.href;
}

function hashOf(text: string): string {
  return text.includes('#') ? text.slice(text.indexOf('#')) : '#';
}

/** One box for each control of the experiment; those that the link hides already are ticked. */
function drawBoxes(): void {
  const { experiment, hidden: already } = readLink(hashOf(pasted.value));
  hidden.clear();
  already.forEach((name) => hidden.add(name));
  boxes.replaceChildren(
    ...shownFields(experiment)
      .filter((name) => name !== 'family')
      .map((name) => {
        const box = Object.assign(document.createElement('input'), { type: 'checkbox', checked: hidden.has(name) });
        box.addEventListener('change', () => {
          if (box.checked) hidden.add(name);
          else hidden.delete(name);
          drawLink();
        });
        const label = document.createElement('label');
        label.append(box, fields[name].label);
        return label;
      }),
  );
  drawLink();
}

function drawLink(): void {
  const { experiment, place, complaint } = readLink(hashOf(pasted.value));
  const names = shownFields(experiment).filter((name) => hidden.has(name));
  result.value = open.href = placeOf(pasted.value) + writeLink(experiment, names, place);
  words.textContent = complaint;
}

pasted.addEventListener('input', drawBoxes);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  navigator.clipboard.writeText(result.value).then(
    () => (words.textContent = 'Copied.'),
    () => result.select(),
  );
});
pasted.value = `${lab.href}${writeLink(readLink('#v=1&f=gan&d=ring').experiment)}`;
drawBoxes();
