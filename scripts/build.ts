import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildDashboard } from '../server/src/dashboard-build.ts';
import { dashboardFolder } from '../server/src/modules/dashboard/dashboard-folder.ts';
import { buildServer } from '../server/src/server-build.ts';

// `npm run build`: builds the server and the dashboard, and fails when the dashboard's first load has more JavaScript than it
// may (design.md §8).

const mostKilobytes = 250;
const dist = join(dashboardFolder, 'dist');

/** What the list of customers loads, from the page on: the entry with all that it imports, and the page's own chunk. */
function firstLoad(): ReadonlySet<string> {
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const list = globSync('assets/customer-list-page-*.js', { cwd: dist });
  const waiting = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, file = '']) => file).concat(list);
  const found = new Set<string>();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const code = readFileSync(join(dist, file), 'utf8');
    for (const [, name] of code.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) waiting.push(`assets/${name}`);
  }
  if (list.length !== 1) throw new Error('the chunk of the list of customers is not where it was');
  return found;
}

await Promise.all([buildServer(), buildDashboard()]);
const kilobytes =
  [...firstLoad()].reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file))).length, 0) / 1000;
console.log(`A first load has ${kilobytes.toFixed(0)} kB of compressed JavaScript; ${mostKilobytes} are allowed.`);
if (kilobytes > mostKilobytes) process.exitCode = 1;
