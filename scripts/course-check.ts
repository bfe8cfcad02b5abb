// Checks exercises, all or those named: npm run course:check -- gaussian-kl
import '@tensorflow/tfjs';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkExercise, type Answer, type Exercise } from 'tfjs-generative/testing';

const course = 'examples/course';
const named = process.argv.slice(2);
const load = async <T>(path: string): Promise<T> => (await import(resolve(course, path))) as T;

for (const folder of named.length > 0 ? named : readdirSync(`${course}/exercises`)) {
  try {
    const { exercise } = await load<{ exercise: Exercise }>(`exercises/${folder}/exercise.ts`);
    const stub = await load<Record<string, Answer>>(`exercises/${folder}/stub.ts`);
    const solution = await load<Record<string, Answer>>(`solutions/${folder}.ts`);
    await checkExercise(exercise, { stub: stub[exercise.name]!, solution: solution[exercise.name]! });
    console.log(`${folder}: ${Object.keys(exercise.mistakes).length} mistakes are told apart`);
  } catch (error) {
    console.error(`${folder}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
