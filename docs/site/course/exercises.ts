/// <reference types="vite/client" />
// The exercises as the page has them: their texts at once, what judges them when it is asked for. No solution is among them.
import type { Exercise } from 'tfjs-generative/testing';
import { order } from '../../../examples/course/order.js';

/** An exercise of the course. */
export interface Lesson {
  /** The name of its folder. */
  readonly name: string;
  readonly title: string;
  /** Its page, as HTML. */
  readonly page: string;
  /** What a student begins with. */
  readonly stub: string;
  load(): Promise<Exercise>;
}

const at = (name: string, file: string): string => `../../../examples/course/exercises/${name}/${file}`;

// scripts/site.ts writes the pages as HTML
const pages = import.meta.glob<string>('../../../examples/course/exercises/*/README.md', {
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

/** The exercises in their order. */
export const lessons: readonly Lesson[] = order.map((name) => ({
  name,
  title: /<h1[^>]*>(.*?)<\/h1>/.exec(pages[at(name, 'README.md')]!)![1]!,
  page: pages[at(name, 'README.md')]!,
  stub: stubs[at(name, 'stub.ts')]!,
  load: exercises[at(name, 'exercise.ts')]!,
}));
