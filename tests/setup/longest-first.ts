import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Short files that run for long. Vitest would start them last, by their sizes, and one core would then have nothing to do. */
const longest = [
  'tests/package/programs.test.ts',
  'tests/types/types.test.ts',
  'tests/examples/vq-images.node.test.ts',
];

/** Vitest's order, the larger file first, after the {@link longest} ones. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => longest.some((path) => moduleId.endsWith(path));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
