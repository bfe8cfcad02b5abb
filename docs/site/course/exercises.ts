/// <reference types="vite/client" />
// The exercises and pieces: the page contains their texts, and loads their checks when they are needed. It has no solutions.
import type { Piece } from 'tfjs-generative/grading';
import type { Exercise } from 'tfjs-generative/testing';
import { order, pieces } from '../../../examples/course/order.js';
import { blankDiagnoses } from '../../../examples/course/pieces/broken-trainings/choices.js';

/** An exercise or a piece of the course. */
export interface Lesson {
  /** The name of its folder. */
  readonly name: string;
  readonly title: string;
  /** Its page, as HTML. */
  readonly page: string;
  /** The text that a student starts from. */
  readonly stub: string;
  load(): Promise<Exercise | Piece>;
}

const at = (kind: 'exercises' | 'pieces', name: string, file: string): string =>
  `../../../examples/course/${kind}/${name}/${file}`;

// docs/site/scripts/build.ts writes the pages as HTML
const pages = import.meta.glob<string>('../../../examples/course/{exercises,pieces}/*/README.md', {
  query: '?html',
  import: 'default',
  eager: true,
});
const stubs = import.meta.glob<string>('../../../examples/course/exercises/*/stub.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const exercises = import.meta.glob<Exercise>('../../../examples/course/exercises/*/exercise.ts', {
  import: 'exercise',
});

const judges = import.meta.glob<Piece>('../../../examples/course/pieces/*/piece.ts', { import: 'piece' });

function lesson(name: string, page: string, stub: string, load: Lesson['load']): Lesson {
  return { name, title: /<h1[^>]*>(.*?)<\/h1>/.exec(page)![1]!, page, stub, load };
}

/** The exercises in their order, and then the pieces. */
export const lessons: readonly Lesson[] = [
  ...order.map((name) =>
    lesson(
      name,
      pages[at('exercises', name, 'README.md')]!,
      stubs[at('exercises', name, 'stub.ts')]!,
      exercises[at('exercises', name, 'exercise.ts')]!,
    ),
  ),
  ...pieces.map((name) =>
    lesson(
      name,
      pages[at('pieces', name, 'README.md')]!,
      name === 'broken-trainings' ? blankDiagnoses : '// This piece has no stub. Its page says what to write.\n',
      judges[at('pieces', name, 'piece.ts')]!,
    ),
  ),
];
