import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// `npm test [vitest arguments]`: the suite on the embedded PostgreSQL, and once more on the server that TEST_DATABASE_URL
// names. Ends with one line that counts the tests of all runs.

const { TEST_DATABASE_URL, ...env } = process.env;
const runs = [
  { name: 'the embedded PostgreSQL', env },
  ...(TEST_DATABASE_URL ? [{ name: 'the server of TEST_DATABASE_URL', env: { ...env, TEST_DATABASE_URL } }] : []),
];

const reports = mkdtempSync(join(tmpdir(), 'clientele-report-'));
let passed = 0;
let failed = 0;
let skipped = 0;
for (const [index, run] of runs.entries()) {
  process.stdout.write(`\nTests on ${run.name}\n`);
  const report = join(reports, `${index}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync('vitest', ['run', ...reporters, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: run.env,
  });
  const counts = JSON.parse(readFileSync(report, 'utf8'));
  passed += counts.numPassedTests;
  skipped += counts.numPendingTests;
  failed += counts.numFailedTests;
  // A file that could not be loaded fails without a failed test.
  if (status !== 0 && counts.numFailedTests === 0) failed += 1;
}
rmSync(reports, { recursive: true });
process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
