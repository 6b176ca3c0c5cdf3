import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

// `npm test [vitest arguments]`: the server's tests on the embedded PostgreSQL, the dashboard's in a browser, and the server's
// once more on the PostgreSQL that TEST_DATABASE_URL names. Ends with one line that counts the tests of all runs.

/** A folder in memory, if there is one with room for all databases of the tests: their thousands of files take a disk's time. */
function memoryFolder(): string | undefined {
  try {
    accessSync('/dev/shm', constants.W_OK);
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize >= 4 * 1024 ** 3 ? '/dev/shm' : undefined;
  } catch {
    return undefined;
  }
}

const temporary = mkdtempSync(join(memoryFolder() ?? tmpdir(), 'clientele-tests-'));
// PostgreSQL runs as another user where the tests are root's.
chmodSync(temporary, 0o711);
// Memory is given back also after a run that fails or is interrupted at the terminal, whose signal vitest gets, too, and ends.
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});
const { TEST_DATABASE_URL, ...given } = process.env;
const env = { ...given, TMPDIR: temporary };
const runs = [
  { name: 'the embedded PostgreSQL', env, without: 'dashboard/**' },
  { name: 'the dashboard', env, without: 'server/**' },
  ...(TEST_DATABASE_URL
    ? [{ name: 'the server of TEST_DATABASE_URL', env: { ...env, TEST_DATABASE_URL }, without: 'dashboard/**' }]
    : []),
];

let passed = 0;
let failed = 0;
let skipped = 0;
const failures: string[] = [];
const repeated: string[] = [];
const times: string[] = [];
const firstLine = (text = '') => text.split('\n', 1)[0];
for (const [index, run] of runs.entries()) {
  process.stdout.write(`\nTests on ${run.name}\n`);
  const report = join(temporary, `${index}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const begin = performance.now();
  // A run of which none is asked for is left out.
  const options = [...reporters, `--exclude=${run.without}`, '--passWithNoTests'];
  const { status } = spawnSync('vitest', ['run', ...options, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: run.env,
  });
  times.push(`${run.name} ${Math.round((performance.now() - begin) / 1000)} s`);
  if (!existsSync(report)) {
    failures.push(`${run.name}: the run was cut off`);
    failed += 1;
    break;
  }
  const counts = JSON.parse(readFileSync(report, 'utf8'));
  passed += counts.numPassedTests;
  skipped += counts.numPendingTests;
  const failedBefore = failed;
  for (const file of counts.testResults) {
    const path = relative(process.cwd(), file.name);
    const failedInFile = file.assertionResults.filter((test: { status: string }) => test.status === 'failed').length;
    for (const test of file.assertionResults) {
      const line = `${path}: ${test.fullName.trim()}: ${firstLine(test.failureMessages[0])}`;
      if (test.status === 'failed') failures.push(line);
      else if (test.status === 'passed' && test.failureMessages.length > 0) repeated.push(line);
    }
    failed += failedInFile;
    // A file that could not be loaded, or whose hook failed, fails without a failed test.
    if (file.status === 'failed' && failedInFile === 0) {
      failures.push(`${path}: ${firstLine(file.message)}`);
      failed += 1;
    }
  }
  if (status !== 0 && failed === failedBefore) {
    failures.push(`${run.name}: vitest ended with ${status}`);
    failed += 1;
  }
}
if (repeated.length > 0) {
  process.stdout.write(`\n${repeated.length} passed only when repeated:\n${repeated.join('\n')}\n`);
}
if (failures.length > 0) process.stdout.write(`\nFailed:\n${failures.join('\n')}\n`);
process.stdout.write(`\n${times.join(', ')}\n`);
process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
