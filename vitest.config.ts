import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/longest-first.ts';

export default defineConfig({
  test: {
    include: ['server/src/**/*.test.ts', 'server/test/**/*.test.ts', 'dashboard/{src,browser}/**/*.test.ts'],
    // Those of the embedded PostgreSQL are the same beside every other server.
    exclude: process.env.TEST_DATABASE_URL ? ['**/*.embedded.test.ts', '**/embedded-postgres*.test.ts'] : [],
    globalSetup: ['server/test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // One that passes at the second attempt only is named at the end of the run (scripts/test.ts).
    retry: 1,
    pool: 'forks',
    // Loading the server anew for each file takes a third of the run; what modules keep for the process, no test minds.
    isolate: false,
    maxWorkers: 3,
    // Answers live briefly: a larger young generation, in megabytes, has fewer of them copied.
    execArgv: ['--max-semi-space-size=64'],
    sequence: { sequencer: LongestFirst },
    // The SDKs announce on the console whenever they fetch a token.
    silent: 'passed-only',
    // What another process announces arrives in milliseconds, but a machine may be busy.
    expect: { poll: { timeout: 10_000, interval: 20 } },
  },
});
