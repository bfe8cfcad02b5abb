import { recordDurations, type Durations } from './durations.js';
import type { Reporter, TestModule, TestRunEndReason, TestSpecification } from 'vitest/node';

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

/** How often a run reports its progress, in milliseconds. */
const interval = 15_000;

/**
 * Reports the progress of a run every few seconds, and at its end how many tests passed and failed in each project, how long
 * each took, and the totals on a separate line.
 */
export class CountReporter implements Reporter {
  private readonly running = new Set<TestModule>();
  private readonly seconds: Durations = {};
  private files = { done: 0, all: 0 };
  private started = 0;
  private clock: NodeJS.Timeout | undefined;

  constructor(private readonly notRun: readonly string[] = []) {}

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.started = performance.now();
    this.files = { done: 0, all: specifications.length };
    // A terminal shows the progress all the time.
    if (!process.stdout.isTTY) this.clock = setInterval(() => console.log(this.progress()), interval).unref();
  }

  onTestModuleStart(module: TestModule): void {
    this.running.add(module);
  }

  onTestModuleEnd(module: TestModule): void {
    this.running.delete(module);
    this.files.done++;
    const { collectDuration, setupDuration, prepareDuration, environmentSetupDuration, duration } = module.diagnostic();
    const spent = collectDuration + setupDuration + prepareDuration + environmentSetupDuration + duration;
    (this.seconds[module.project.name] ??= {})[module.relativeModuleId] = Math.round(spent / 100) / 10;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[], reason: TestRunEndReason): void {
    clearInterval(this.clock);
    const counts = new Map<string, Count>();
    const total: Count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    /** The projects that skipped a test, by its title. */
    const skipped = new Map<string, string[]>();
    for (const module of modules) {
      const count = counts.get(module.project.name) ?? { passed: 0, failed: 0, skipped: 0 };
      counts.set(module.project.name, count);
      // A file that cannot be loaded has no tests to count, so it counts as one failure.
      if (module.errors().length > 0) add(count, total, 'failed');
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        add(count, total, state === 'pending' ? 'failed' : state);
        if (state === 'skipped') {
          const title = `${module.relativeModuleId}: ${test.fullName}`;
          skipped.set(title, [...(skipped.get(title) ?? []), module.project.name]);
        }
      }
    }
    // A run that ended before its tests, for example in a global setup, fails without a failed test.
    if (reason !== 'passed' && total.failed === 0) total.failed = 1;

    const lines = [...counts].sort().map(([project, count]) => `${project}: ${text(count)}`);
    const times = Object.entries(this.seconds)
      .sort()
      .map(([project, files]) => `${project} ${Math.round(Object.values(files).reduce((sum, one) => sum + one, 0))} s`);
    if (process.env['DURATIONS'] === 'write') recordDurations(this.seconds);
    console.log(
      [
        '',
        `${this.elapsed()}; files one after another: ${times.join(', ')}`,
        ...[...skipped].map(([title, names]) => `skipped on ${names.join(', ')}: ${title}`),
        ...lines,
        ...this.notRun.map((name) => `${name}: NOT RUN`),
        text(total),
      ].join('\n'),
    );
  }

  private progress(): string {
    const { done, all } = this.files;
    const names = [...this.running].map((module) => `${module.project.name} ${module.relativeModuleId}`);
    return `${this.elapsed()}: ${done} of ${all} files done; running: ${names.join(', ')}`;
  }

  private elapsed(): string {
    const seconds = Math.round((performance.now() - this.started) / 1000);
    return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
}

function add(count: Count, total: Count, state: keyof Count): void {
  count[state]++;
  total[state]++;
}

function text({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
