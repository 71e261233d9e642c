import type { Reporter, TestCase, TestModule } from "vitest/node";

/** Names what was skipped and closes with one line that scripts can read: `N passed, N failed, N skipped`. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test: TestCase) => test.result().state === state).length;
    for (const test of tests) if (test.result().state === "skipped") console.log(`skipped: ${test.fullName}`);
    const broken = modules.filter((module) => module.state() === "failed" && module.errors().length > 0).length;
    console.log(
      `${count("passed")} passed, ${count("failed") + broken + errors.length} failed, ${count("skipped")} skipped`,
    );
  }
}
