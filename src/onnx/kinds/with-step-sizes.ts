import { outline, type Kind, type Outline } from '../layer.js';

/** In an exported model the size of the step is always given; -1 is none. */
export const withStepSizes: Kind = {
  emit: (graph, timesteps, { parts: [time, sizes] }) =>
    graph.node('Add', [graph.emit(time, timesteps), graph.emit(sizes, graph.input('stepSize', sizes))]),
};

/** The network of the time, which also reads the size of the step if there are any. */
export function timeOf(time: Outline, stepSizes?: number | null): Outline {
  return stepSizes ? outline('withStepSizes', {}, time, outline('embedding')) : time;
}
