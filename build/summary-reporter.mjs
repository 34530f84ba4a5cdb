import { writeFileSync } from 'node:fs';
import process from 'node:process';

/**
 * A vitest reporter that writes what `npm test` adds up: numbers, and each skipped test with its reason (the
 * note of `context.skip('…')`), to the file named by MUSTER_TEST_SUMMARY.
 */
export default class SummaryReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const summary = {
      passed: 0,
      failed: unhandledErrors.length,
      skipped: /** @type {{ name: string, reason: string }[]} */ ([]),
    };
    for (const module of modules) {
      let failedTests = 0;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') summary.passed += 1;
        else if (result.state === 'failed') failedTests += 1;
        else {
          const reason = result.state === 'skipped' ? result.note : 'it did not run to its end';
          summary.skipped.push({
            name: `${module.relativeModuleId}: ${test.fullName}`,
            reason: reason || 'the test gives no reason',
          });
        }
      }
      // A module that cannot be loaded, or whose hooks fail, fails without a failed test.
      summary.failed += failedTests === 0 && module.state() === 'failed' ? 1 : failedTests;
    }
    const { MUSTER_TEST_SUMMARY: file } = process.env;
    if (file) writeFileSync(file, JSON.stringify(summary));
  }
}
