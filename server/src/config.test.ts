import { expect, test } from 'vitest';
import { ConfigError, configTable, parseConfig } from './config.ts';

/** The lines of the refusal of an environment. */
function faultsOf(env: Record<string, string>): string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

test('an environment without settings gives the defaults, frozen', () => {
  const config = parseConfig({ PATH: '/usr/bin', CLIENTELE_PUBLIC_URL: '' });
  expect(config).toEqual({
    HOST: '127.0.0.1',
    PORT: 8080,
    LOG_LEVEL: 'info',
    CLIENTELE_DATA_DIR: './data',
    CLIENTELE_ACCESS_TOKEN_TTL: 3600,
    CLIENTELE_CUSTOMER_TOKEN_TTL: 86_400,
    CLIENTELE_SIGNIN_LIMIT_ACCOUNT: 10,
    CLIENTELE_SIGNIN_LIMIT_ADDRESS: 100,
    CLIENTELE_SIGNUP_LIMIT_ADDRESS: 1000,
    CLIENTELE_RATE_LIMIT: 0,
    CLIENTELE_TRUST_PROXY: 'false',
    CLIENTELE_DATABASE_POOL: 10,
    CLIENTELE_PREPARED_STATEMENTS: 'on',
  });
  expect(Object.isFrozen(config)).toBe(true);
});

test('values that are allowed are taken as given, numbers as numbers', () => {
  const env = {
    HOST: '::',
    PORT: '0',
    DATABASE_URL: 'postgresql://user:p%40ss@db.example.test:5432/shop?sslmode=require',
    LOG_LEVEL: 'silent',
    CLIENTELE_DATA_DIR: '/var/lib/clientele',
    CLIENTELE_PUBLIC_URL: 'https://shop.example.test/api',
    CLIENTELE_CLIENT_ID: 'shop.front_1~a-b',
    CLIENTELE_CLIENT_SECRET: 'p!{}"ss',
    CLIENTELE_ADMIN_EMAIL: 'grace@example.test',
    CLIENTELE_ADMIN_PASSWORD: 'a staff password',
    CLIENTELE_SECRET_KEY: 'k'.repeat(32),
    CLIENTELE_ACCESS_TOKEN_TTL: '1',
    CLIENTELE_CUSTOMER_TOKEN_TTL: '31536000',
    CLIENTELE_SIGNIN_LIMIT_ACCOUNT: '0',
    CLIENTELE_SIGNIN_LIMIT_ADDRESS: '0',
    CLIENTELE_SIGNUP_LIMIT_ADDRESS: '0',
    CLIENTELE_RATE_LIMIT: '600',
    CLIENTELE_TRUST_PROXY: '10.0.0.0/8, ::1',
    CLIENTELE_DATABASE_POOL: '40',
    CLIENTELE_PREPARED_STATEMENTS: 'off',
  };
  const numbers = Object.entries(env).filter(([name, value]) => /^\d+$/.test(value) && name !== 'HOST');
  expect(parseConfig(env)).toEqual({
    ...env,
    ...Object.fromEntries(numbers.map(([name, value]) => [name, Number(value)])),
  });
  expect(configTable.map(({ name }) => name).toSorted()).toEqual(Object.keys(env).toSorted());
});

test.each([
  ['PORT', 'http', '"http"', 'a port from 0 to 65535 (0: any free one)'],
  ['PORT', '65536', '"65536"', 'a port from 0 to 65535 (0: any free one)'],
  ['PORT', '-1', '"-1"', 'a port from 0 to 65535 (0: any free one)'],
  ['PORT', '80.5', '"80.5"', 'a port from 0 to 65535 (0: any free one)'],
  ['PORT', '0x50', '"0x50"', 'a port from 0 to 65535 (0: any free one)'],
  ['LOG_LEVEL', 'INFO', '"INFO"', 'trace, debug, info, warn, error, fatal or silent'],
  ['DATABASE_URL', 'mysql://shop', '(hidden)', 'a PostgreSQL URL, postgres://user:password@host:port/database'],
  [
    'DATABASE_URL',
    'postgres://shop@db:5432',
    '(hidden)',
    'a PostgreSQL URL, postgres://user:password@host:port/database',
  ],
  [
    'DATABASE_URL',
    'postgres://shop@db/?a=b',
    '(hidden)',
    'a PostgreSQL URL, postgres://user:password@host:port/database',
  ],
  [
    'CLIENTELE_PUBLIC_URL',
    'shop.example.test',
    '"shop.example.test"',
    'the http(s) URL under which clients reach the server, without query or fragment',
  ],
  [
    'CLIENTELE_PUBLIC_URL',
    'https://user:secret@shop.example.test',
    '(hidden)',
    'the http(s) URL under which clients reach the server, without query or fragment',
  ],
  [
    'CLIENTELE_SECRET_KEY',
    'short',
    '(hidden)',
    '32 to 1024 characters, the same for every process that shares a database',
  ],
  [
    'CLIENTELE_TRUST_PROXY',
    'proxy.internal',
    '"proxy.internal"',
    'false, true, a number of proxies in front, or their addresses or networks, separated by commas',
  ],
  ...['1.2.3', '01', '0x7f.1', '10.0.0.0/33', '10/8', '10.0.0.1,', '10.0.0.0/8/8'].map(value => [
    'CLIENTELE_TRUST_PROXY',
    value,
    JSON.stringify(value),
    'false, true, a number of proxies in front, or their addresses or networks, separated by commas',
  ]),
  ['CLIENTELE_ACCESS_TOKEN_TTL', '0', '"0"', 'seconds, from 1 to 31536000'],
  ['CLIENTELE_ACCESS_TOKEN_TTL', '1h', '"1h"', 'seconds, from 1 to 31536000'],
  ['CLIENTELE_DATABASE_POOL', '1001', '"1001"', 'connections of this process to the database, from 1 to 1000'],
  [
    'CLIENTELE_PREPARED_STATEMENTS',
    'false',
    '"false"',
    'on, or off (behind a pooler that cannot keep prepared statements)',
  ],
])('%s=%s is refused with one line that names it, its value and what is allowed', (name, value, shown, allowed) => {
  expect(faultsOf({ [name]: value })).toEqual([`${name}=${shown} is not valid: allowed is ${allowed}`]);
});

test('a value with a line break is still refused with one line', () => {
  expect(faultsOf({ LOG_LEVEL: 'info\nfatal' })).toEqual([
    'LOG_LEVEL="info\\nfatal" is not valid: allowed is trace, debug, info, warn, error, fatal or silent',
  ]);
});

test('an unknown CLIENTELE_ variable is refused with the names that are known', () => {
  const known = configTable.map(({ name }) => name).filter(name => name.startsWith('CLIENTELE_'));
  expect(faultsOf({ CLIENTELE_PORT: '80' })).toEqual([
    `CLIENTELE_PORT="80" is not a known setting: allowed are ${known.join(', ')}`,
  ]);
});

test.each(['CLIENTELE_CLIENT_SECRET_1', 'CLIENTELE_SECRETKEY', 'CLIENTELE_PASSWORD', 'CLIENTELE_DATABASE_URL'])(
  'the value of the unknown variable %s, which may be a secret, is not shown',
  name => {
    const [fault, ...others] = faultsOf({ [name]: 'postgres://shop:hunter2@db/shop' });
    expect(fault).toContain(`${name}=(hidden) is not a known setting: allowed are CLIENTELE_DATA_DIR, `);
    expect([fault, ...others].join()).not.toContain('hunter2');
    expect(others).toEqual([]);
  },
);

test('half of the first key is refused, and the secret half is not shown', () => {
  expect(faultsOf({ CLIENTELE_CLIENT_ID: 'shop' })).toEqual([
    'CLIENTELE_CLIENT_ID="shop" is not valid: allowed is only together with CLIENTELE_CLIENT_SECRET',
  ]);
  expect(faultsOf({ CLIENTELE_CLIENT_SECRET: 'hunter2' })).toEqual([
    'CLIENTELE_CLIENT_SECRET=(hidden) is not valid: allowed is only together with CLIENTELE_CLIENT_ID',
  ]);
});

test('several faults are all told at once', () => {
  const env = {
    PORT: 'x',
    LOG_LEVEL: 'loud',
    CLIENTELE_RATE_LIMIT: '-5',
    CLIENTELE_NAME: 'shop',
    CLIENTELE_CLIENT_ID: 'a',
  };
  expect(faultsOf(env).map(line => line.split(/ is /)[0])).toEqual([
    'PORT="x"',
    'LOG_LEVEL="loud"',
    'CLIENTELE_RATE_LIMIT="-5"',
    'CLIENTELE_NAME="shop"',
    'CLIENTELE_CLIENT_ID="a"',
  ]);
});
