import { spawnSync } from 'node:child_process';

// `npm run check:imports`: the rules of .dependency-cruiser.cjs. A guard that read nothing has not passed, and
// dependency-cruiser reads nothing, without a word, when it finds no parser for TypeScript.

const fewestModules = 50;

const { stdout, stderr } = spawnSync(
  'depcruise',
  ['server/src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'],
  { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
);
if (stdout === '') throw new Error(stderr);
const { summary } = JSON.parse(stdout) as {
  summary: {
    totalCruised: number;
    violations: { from: string; to: string; rule: { name: string; severity: string } }[];
  };
};
for (const { rule, from, to } of summary.violations) console.error(`${rule.name}: ${from} → ${to}`);
const isRead = summary.totalCruised > fewestModules;
console.log(`${summary.totalCruised} modules read, ${summary.violations.length} violations`);
if (!isRead) console.error(`more than ${fewestModules} modules were expected`);
process.exitCode = isRead && summary.violations.length === 0 ? 0 : 1;
