import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** WebGPU's processes often wait for their adapter: the pages of WebGL use that time, but after them nobody would. */
export class WebgpuFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isWebgpu = ({ project }: TestSpecification): boolean => project.name === 'webgpu';
    return [...sorted.filter(isWebgpu), ...sorted.filter((file) => !isWebgpu(file))];
  }
}
