import { measureLarge } from './large.ts';
import { measure, type Result } from './measure.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { describeMachine, requestTable, signInTable } from './report.ts';
import { scenarios } from './scenarios/scenarios.ts';
import { setUp } from './setting.ts';
import { measureSignIn } from './sign-in.ts';

// `npm run bench`: what a request costs, beside the least that it could cost on this machine. See docs/performance.md.

const say = (message: string) => process.stderr.write(`${message}\n`);
const signInName = 'sign in';

async function main(options: Options): Promise<void> {
  const isChosen = (name: string) => options.filters.length === 0 || options.filters.some(part => name.includes(part));
  const chosen = scenarios.filter(scenario => isChosen(scenario.name));
  if (chosen.length === 0 && !isChosen(signInName)) {
    throw new Error(`the scenarios are: ${[...scenarios.map(each => each.name), signInName].join(', ')}`);
  }

  await using setting = await setUp(options, say);
  const requests: Result[] = [];
  for (const scenario of chosen) {
    say(`measuring: ${scenario.name}`);
    requests.push(await measure(setting, scenario));
  }
  if (isChosen(signInName)) say(`measuring: ${signInName}`);
  const signIn = isChosen(signInName) ? await measureSignIn(setting) : undefined;

  const machine = describeMachine(setting.postgres);
  const tables = [...(requests.length > 0 ? [requestTable(requests)] : []), ...(signIn ? [signInTable(signIn)] : [])];
  const text = options.json
    ? JSON.stringify({ machine, options, requests, signIn }, null, 2)
    : [machine, ...tables].join('\n\n');
  process.stdout.write(`${text}\n`);
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(usage);
  else if (options.large) await measureLarge(options, say);
  else await main(options);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
