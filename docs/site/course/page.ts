// The course: exercises, the pieces after them, an editor, and checks that name the mistake. No data leave the page.
import { javascript } from '@codemirror/lang-javascript';
import { EditorState } from '@codemirror/state';
import { keymap } from '@codemirror/view';
import { basicSetup, EditorView } from 'codemirror';
import type { CheckResult } from 'tfjs-generative/testing';
import type { Graded } from '../../../src/grading/grade-twice.js';
import { addDiagnosisForm } from './diagnosis-form.js';
import { lessons, type Lesson } from './exercises.js';
import { readProgress, textOf, writeProgress, type Progress } from './progress.js';
import { addScrollCues } from './scroll-cues.js';

const find = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;
const [list, text, outcome, verdict] = [find('exercises'), find('text'), find('outcome'), find('verdict')];
const [result, hintList] = [find('result'), find('hints')];
const [checkButton, hintButton, resetButton] = ['check', 'hint', 'reset'].map((id) => find<HTMLButtonElement>(id)) as [
  HTMLButtonElement,
  HTMLButtonElement,
  HTMLButtonElement,
];

let progress = readProgress();
let lesson: Lesson;
/** Number of hints shown so far. */
let shown = 0;
let isChecking = false;
/** Shows the text of an answer in the menus of the piece that has them. */
let fillForm: ((text: string) => void) | undefined;

const stateOf = (doc: string): EditorState =>
  EditorState.create({
    doc,
    extensions: [
      keymap.of([{ key: 'Mod-Enter', run: () => (void checkAnswer(), true) }]),
      basicSetup,
      javascript({ typescript: true }),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': 'Your answer, in TypeScript' }),
      EditorView.updateListener.of(({ docChanged }) => docChanged && keep(editor.state.doc.toString())),
    ],
  });
const editor = new EditorView({ parent: find('editor') });

const answer = (): string => progress.answers[lesson.name] ?? lesson.stub;

function store(changed: Partial<Progress>): void {
  progress = { ...progress, ...changed };
  writeProgress(progress);
}

function keep(text: string): void {
  store({ answers: { ...progress.answers, [lesson.name]: text } });
  drawReset();
}

/** Replaces the answer as an edit, which the editor can undo as well. */
function replaceAnswer(text: string): void {
  if (fillForm === undefined) editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  else {
    fillForm(text);
    keep(text);
  }
}

function open(name: string): void {
  lesson =
    lessons.find((one) => one.name === name) ?? lessons.find((one) => !progress.passed.has(one.name)) ?? lessons[0]!;
  shown = 0;
  find('place').textContent = `Exercise ${lessons.indexOf(lesson) + 1} of ${lessons.length}`;
  text.innerHTML = lesson.page;
  addScrollCues(text);
  const hasForm = lesson.name === 'broken-trainings';
  fillForm = hasForm ? addDiagnosisForm(text, keep) : undefined;
  fillForm?.(answer());
  for (const id of ['editor', 'keys']) find(id).hidden = hasForm;
  editor.setState(stateOf(answer()));
  clearResult('');
  hintList.replaceChildren();
  hintButton.textContent = 'Hint';
  hintButton.disabled = false;
  drawReset();
  drawList();
}

function drawList(): void {
  list.replaceChildren(
    ...lessons.map(({ name, title }) => {
      const item = document.createElement('li');
      const link = Object.assign(document.createElement('a'), { href: `#${name}` });
      link.innerHTML = title;
      if (name === lesson.name) link.setAttribute('aria-current', 'page');
      item.append(link);
      if (progress.passed.has(name)) item.append(element('small', ' done'));
      return item;
    }),
  );
}

function clearResult(message: string): void {
  verdict.replaceChildren(message);
  result.replaceChildren();
}

async function checkAnswer(): Promise<void> {
  if (isChecking) return;
  isChecking = true;
  // a disabled button would lose the focus
  checkButton.ariaDisabled = 'true';
  outcome.ariaBusy = 'true';
  const { name } = lesson;
  clearResult('Checking ...');
  show(outcome);
  try {
    const [{ check }, task] = await Promise.all([import('./check.js'), lesson.load()]);
    const graded = await check(task, answer(), progress.answers);
    if (name === lesson.name) drawGraded(graded, task.hints.length);
  } catch (error) {
    if (name === lesson.name) clearResult((error as Error).message);
  } finally {
    isChecking = false;
    checkButton.ariaDisabled = 'false';
    outcome.ariaBusy = 'false';
    show(outcome);
  }
}

function drawGraded({ results, problem }: Graded, hints: number): void {
  const [score, most] = [sumOf(results.map((one) => one.score)), sumOf(results.map((one) => one.maxScore))];
  const failed = results.find(({ passed }) => !passed);
  verdict.replaceChildren(element('b', `${score} of ${most} points`));
  // the first failure is also announced, without the list that follows
  if (failed !== undefined) verdict.append(element('span', `. ${failed.message}`, 'only-announced'));
  const isSame = failed !== undefined && results.every(({ message }) => message === failed.message);
  const checks = document.createElement('ul');
  checks.append(...(isSame ? [itemOf({ ...failed, name: '' })] : results.map(itemOf)));
  result.replaceChildren(checks);
  const picture = results.find((one) => one.picture !== undefined)?.picture;
  if (picture !== undefined)
    result.insertAdjacentHTML(
      'beforeend',
      `<figure>${picture}<figcaption>Your answer in red, the target in grey.</figcaption></figure>`,
    );
  // a hint is about the formula
  hintButton.disabled = problem !== undefined || shown >= hints;
  if (score < most) return;
  store({ passed: new Set([...progress.passed, lesson.name]) });
  drawList();
  const next = lessons[lessons.indexOf(lesson) + 1];
  if (next === undefined) return;
  const link = Object.assign(document.createElement('a'), { href: `#${next.name}` });
  link.innerHTML = `Next: ${next.title}`;
  result.prepend(link);
}

function itemOf({ name, passed, message }: CheckResult): HTMLElement {
  const item = element('li', '', passed ? 'passed' : 'failed');
  item.append(element('b', `${passed ? '✓' : '✗'} ${name === '' ? '' : `${name}: `}`));
  // what stands between backquotes is code
  item.append(...message.split('`').map((part, i) => (i % 2 === 1 ? element('code', part) : part)));
  return item;
}

/** Scrolls as little as brings all of it into view, or its beginning if it is too tall. */
function show(target: HTMLElement): void {
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  target.scrollIntoView({ block: 'nearest', behavior: isCalm ? 'instant' : 'smooth' });
}

function element(tag: string, textContent: string, className = ''): HTMLElement {
  return Object.assign(document.createElement(tag), { textContent, className });
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

hintButton.addEventListener('click', () => {
  void lesson.load().then(({ hints }) => {
    const hint = element('p', hints[shown] ?? '', 'hint');
    hintList.append(hint);
    shown += 1;
    hintButton.disabled = shown >= hints.length;
    hintButton.textContent = `Hint ${Math.min(shown + 1, hints.length)} of ${hints.length}`;
    show(hint);
  });
});
checkButton.addEventListener('click', () => void checkAnswer());
// on a phone the list is at the end of the page
find('all').addEventListener('click', () => list.querySelector<HTMLElement>('[aria-current]')!.focus());

/** Start over becomes its own undo, which a reload does not take away. */
function drawReset(): void {
  const isStub = answer() === lesson.stub;
  const canUndo = isStub && progress.replaced[lesson.name] !== undefined;
  resetButton.textContent = canUndo ? 'Undo: bring my answer back' : 'Start over';
  resetButton.ariaDisabled = String(isStub && !canUndo);
}

resetButton.addEventListener('click', () => {
  const { [lesson.name]: before, ...others } = progress.replaced;
  if (answer() !== lesson.stub) {
    store({ replaced: { ...others, [lesson.name]: answer() } });
    replaceAnswer(lesson.stub);
    clearResult('The answer is the stub again. Undo brings yours back.');
  } else if (before !== undefined) {
    store({ replaced: others });
    replaceAnswer(before);
    clearResult('Your answer is back.');
  }
});
find('save').addEventListener('click', () => {
  save(answer(), `${lesson.name}.${fillForm === undefined ? 'ts' : 'json'}`);
});
find('export').addEventListener('click', () => save(textOf(progress), 'progress.json'));

function save(text: string, name: string): void {
  const url = URL.createObjectURL(
    new Blob([text], { type: name.endsWith('json') ? 'application/json' : 'text/plain' }),
  );
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

addEventListener('hashchange', () => open(location.hash.slice(1)));
open(location.hash.slice(1));
