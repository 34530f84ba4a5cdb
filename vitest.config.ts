import { defineConfig } from 'vitest/config';

const folders = '{contract,electron,agent,cli,renderer,test,build,bench}';

/**
 * Two groups in one run: everything that lives beside its source, then the journeys, which start whole
 * sites and therefore run one file at a time after the rest.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    environment: 'node',
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: [`${folders}/**/*.test.{ts,tsx}`],
          exclude: ['**/node_modules/**', '**/*.e2e.test.ts'],
          maxWorkers: 2,
          testTimeout: 20_000,
          hookTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          include: ['test/e2e/**/*.e2e.test.ts'],
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
