import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { recordedDurations } from './durations.js';

/**
 * In each project, the file first that took longest when `DURATIONS=write npm test` was run. Vitest, which on a new machine only knows their sizes,
 * would start some of the longest last, and one core would then have nothing to do.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const durations = recordedDurations();
    const projects = [...new Set(sorted.map(({ project }) => project))];
    const secondsOf = ({ project, moduleId }: TestSpecification): number =>
      durations[project.name]?.[moduleId.slice(project.config.root.length + 1)] ?? 0;
    return sorted.sort(
      (a, b) => projects.indexOf(a.project) - projects.indexOf(b.project) || secondsOf(b) - secondsOf(a),
    );
  }
}
