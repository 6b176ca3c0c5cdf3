import { parseArgs } from 'node:util';

export interface Options {
  /** Length of one measurement. */
  readonly seconds: number;
  /** Measurements of each server and scenario, taken in turns; the table shows their medians. */
  readonly rounds: number;
  readonly connections: number;
  /** Customers in the store; undefined: as many as is usual. */
  readonly customers: number | undefined;
  /** Measure what finding costs in stores of growing size, instead of the scenarios. */
  readonly large: boolean;
  readonly json: boolean;
  /** A folder for CPU profiles of the servers. */
  readonly profile: string | undefined;
  /** Parts of scenario names; empty: all scenarios. */
  readonly filters: readonly string[];
}

export const usage = `npm run bench -- [options] [part of a scenario's name …]

  --seconds N      length of one measurement (3)
  --rounds N       measurements of each server and scenario (5)
  --connections N  connections of the load (32)
  --customers N    customers in the store (20000)
  --large          what finding costs among 10,000, 100,000 and a million customers (or the one number of --customers)
  --profile DIR    also write CPU profiles of the servers
  --json           print JSON instead of tables
`;

/** Reads the command line. Throws an Error whose message says what is wrong. */
export function parseOptions(argv: readonly string[]): Options | 'help' {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '32' },
      customers: { type: 'string' },
      profile: { type: 'string' },
      large: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const count = (name: 'seconds' | 'rounds' | 'connections' | 'customers') => {
    const text = values[name] ?? '';
    if (!/^[1-9]\d{0,6}$/.test(text))
      throw new Error(`--${name} ${text} is not valid: allowed is a whole number above 0`);
    return Number(text);
  };
  return {
    seconds: count('seconds'),
    rounds: count('rounds'),
    connections: count('connections'),
    customers: values.customers === undefined ? undefined : count('customers'),
    large: values.large,
    json: values.json,
    profile: values.profile,
    filters: positionals,
  };
}
