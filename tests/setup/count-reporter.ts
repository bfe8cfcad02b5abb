import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

/** Prints how many tests passed and failed in each project, and the sum on a separate line. */
export class CountReporter implements Reporter {
  constructor(private readonly notRun: readonly string[] = []) {}

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[], reason: TestRunEndReason): void {
    const counts = new Map<string, Count>();
    const total: Count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      const count = counts.get(module.project.name) ?? { passed: 0, failed: 0, skipped: 0 };
      counts.set(module.project.name, count);
      // A file that cannot be loaded has no tests to count, so it counts as one failure.
      if (module.errors().length > 0) add(count, total, 'failed');
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        add(count, total, state === 'pending' ? 'failed' : state);
      }
    }
    // A run that ended before its tests, for example in a global setup, fails without a failed test.
    if (reason !== 'passed' && total.failed === 0) total.failed = 1;

    const lines = [...counts].sort().map(([project, count]) => `${project}: ${text(count)}`);
    console.log(['', ...lines, ...this.notRun.map((name) => `${name}: NOT RUN`), text(total)].join('\n'));
  }
}

function add(count: Count, total: Count, state: keyof Count): void {
  count[state]++;
  total[state]++;
}

function text({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
