// The course: thirteen exercises, the pieces after them, an editor, and checks that name the mistake. No data leave the page.
import { javascript } from '@codemirror/lang-javascript';
import { EditorState } from '@codemirror/state';
import { keymap } from '@codemirror/view';
import { basicSetup, EditorView } from 'codemirror';
import type { CheckResult } from 'tfjs-generative/testing';
import { lessons, type Lesson } from './exercises.js';
import { readProgress, textOf, writeProgress } from './progress.js';

const find = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;
const [list, text, result] = [find('exercises'), find('text'), find('result')];
const [checkButton, hintButton] = [find<HTMLButtonElement>('check'), find<HTMLButtonElement>('hint')];

let progress = readProgress();
let lesson: Lesson;
/** Number of hints shown so far. */
let shown = 0;

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

function keep(answer: string): void {
  progress = { ...progress, answers: { ...progress.answers, [lesson.name]: answer } };
  writeProgress(progress);
}

function open(name: string): void {
  lesson =
    lessons.find((one) => one.name === name) ?? lessons.find((one) => !progress.passed.has(one.name)) ?? lessons[0]!;
  shown = 0;
  text.innerHTML = lesson.page;
  editor.setState(stateOf(progress.answers[lesson.name] ?? lesson.stub));
  result.replaceChildren();
  hintButton.textContent = 'Hint';
  hintButton.disabled = false;
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
      if (progress.passed.has(name))
        item.append(Object.assign(document.createElement('small'), { textContent: ' done' }));
      return item;
    }),
  );
}

async function checkAnswer(): Promise<void> {
  if (checkButton.disabled) return;
  checkButton.disabled = true;
  const { name } = lesson;
  result.textContent = 'Checking ...';
  try {
    const [{ check }, task] = await Promise.all([import('./check.js'), lesson.load()]);
    const results = await check(task, editor.state.doc.toString(), progress.answers);
    if (name === lesson.name) show(results);
  } catch (error) {
    result.textContent = (error as Error).message;
  } finally {
    checkButton.disabled = false;
  }
}

function show(results: readonly CheckResult[]): void {
  const [score, most] = [sumOf(results.map((one) => one.score)), sumOf(results.map((one) => one.maxScore))];
  const title = Object.assign(document.createElement('p'), { textContent: `${score} of ${most} points` });
  title.className = 'points';
  const items = results.map(({ name, passed, message }) => {
    const item = document.createElement('li');
    item.className = passed ? 'passed' : 'failed';
    item.append(
      Object.assign(document.createElement('b'), { textContent: `${passed ? '✓' : '✗'} ${name}: ` }),
      message,
    );
    return item;
  });
  const checks = document.createElement('ul');
  checks.append(...items);
  result.replaceChildren(title, checks);
  const picture = results.find((one) => one.picture !== undefined)?.picture;
  if (picture !== undefined)
    result.insertAdjacentHTML(
      'beforeend',
      `<figure>${picture}<figcaption>Your answer in red, the target in grey.</figcaption></figure>`,
    );
  if (score < most) return;
  progress = { ...progress, passed: new Set([...progress.passed, lesson.name]) };
  writeProgress(progress);
  drawList();
  const next = lessons[lessons.indexOf(lesson) + 1];
  if (next === undefined) return;
  const link = Object.assign(document.createElement('a'), { href: `#${next.name}` });
  link.innerHTML = `Next: ${next.title}`;
  result.append(link);
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

hintButton.addEventListener('click', () => {
  void lesson.load().then(({ hints }) => {
    const hint = Object.assign(document.createElement('p'), { className: 'hint', textContent: hints[shown] ?? '' });
    result.append(hint);
    shown += 1;
    hintButton.disabled = shown >= hints.length;
    hintButton.textContent = `Hint ${Math.min(shown + 1, hints.length)} of ${hints.length}`;
  });
});
checkButton.addEventListener('click', () => void checkAnswer());
find('reset').addEventListener('click', () => {
  keep(lesson.stub);
  open(lesson.name);
});
find('save').addEventListener('click', () => {
  const isJson = lesson.name === 'broken-trainings';
  save(editor.state.doc.toString(), `${lesson.name}.${isJson ? 'json' : 'ts'}`);
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
