import { Ajv } from 'ajv';
import ipaddr from 'ipaddr.js';
import Type from 'typebox';
import { isEmail } from './platform/text/email.ts';

/** Whose X-Forwarded-For is believed: nobody's, everybody's, that of the last so many proxies, or of these networks. */
function isTrustProxy(text: string): boolean {
  if (/^(true|false|0|[1-9][0-9]?)$/.test(text)) return true;
  // The library also takes IPv4 addresses of fewer parts, and in hexadecimal.
  const isAddress = (part: string) => ipaddr.IPv4.isValidFourPartDecimal(part) || ipaddr.IPv6.isValid(part);
  return text
    .split(',')
    .map(part => part.trim())
    .every(part => isAddress(part.replace(/\/[^/]*$/, '')) && (isAddress(part) || ipaddr.isValidCIDR(part)));
}

/**
 * Every setting of the process, by the name of its environment variable. `description` says what it is for, `allowed` is
 * what an operator reads when a value is refused; `secret` values are never printed.
 */
const settings = {
  HOST: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    description: 'Where to listen; 0.0.0.0 or :: for all addresses',
    allowed: 'a host name or IP address to listen on',
  }),
  PORT: Type.Integer({
    default: 8080,
    minimum: 0,
    maximum: 65535,
    description: 'Where to listen',
    allowed: 'a port from 0 to 65535 (0: any free one)',
  }),
  DATABASE_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://[^/?#]*/[^/?#]+',
      description: 'Your own PostgreSQL server; without it the embedded one runs',
      allowed: 'a PostgreSQL URL, postgres://user:password@host:port/database',
      secret: true,
    }),
  ),
  LOG_LEVEL: Type.String({
    default: 'info',
    pattern: '^(trace|debug|info|warn|error|fatal|silent)$',
    description: 'What is logged to the standard error output, one JSON line an event',
    allowed: 'trace, debug, info, warn, error, fatal or silent',
  }),
  CLIENTELE_DATA_DIR: Type.String({
    default: './data',
    minLength: 1,
    description: 'Where the embedded database and the generated secrets are kept',
    allowed: 'a folder for the embedded database and the generated secrets',
  }),
  CLIENTELE_PUBLIC_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^\\s/?#@"<>\\\\]+(/[^\\s?#"<>\\\\]*)?$',
      description: 'What `links` in answers begin with; without it the address where the server listens',
      allowed: 'the http(s) URL under which clients reach the server, without query or fragment',
    }),
  ),
  CLIENTELE_CLIENT_ID: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9._~-]{1,255}$',
      description: "The id of the first store's key, instead of a generated one; read at the very first start only",
      allowed: '1 to 255 letters, digits and . _ ~ - (with CLIENTELE_CLIENT_SECRET)',
    }),
  ),
  CLIENTELE_CLIENT_SECRET: Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,255}$',
      description: 'The secret of that key; as random as a generated one, since only a fast hash protects it',
      allowed: '1 to 255 printable ASCII characters without spaces (with CLIENTELE_CLIENT_ID)',
      secret: true,
    }),
  ),
  CLIENTELE_ADMIN_EMAIL: Type.Optional(
    Type.String({
      format: 'email',
      description: 'The e-mail of the owner, the first member of staff; read only while there is no staff',
      allowed: 'an e-mail address (with CLIENTELE_ADMIN_PASSWORD)',
    }),
  ),
  CLIENTELE_ADMIN_PASSWORD: Type.Optional(
    Type.String({
      minLength: 12,
      maxLength: 255,
      description: 'The password of that owner; without both the start prints a link by which the owner sets them',
      allowed: '12 to 255 characters (with CLIENTELE_ADMIN_EMAIL)',
      secret: true,
    }),
  ),
  CLIENTELE_SECRET_KEY: Type.Optional(
    Type.String({
      minLength: 32,
      maxLength: 1024,
      description: 'Seals the secrets in the database; without it the file secret.key in CLIENTELE_DATA_DIR does',
      allowed: '32 to 1024 characters, the same for every process that shares a database',
      secret: true,
    }),
  ),
  CLIENTELE_ACCESS_TOKEN_TTL: Type.Integer({
    default: 3600,
    minimum: 1,
    maximum: 31_536_000,
    description: 'How long an access token is good',
    allowed: 'seconds, from 1 to 31536000',
  }),
  CLIENTELE_CUSTOMER_TOKEN_TTL: Type.Integer({
    default: 86_400,
    minimum: 1,
    maximum: 31_536_000,
    description: 'How long a customer token is good',
    allowed: 'seconds, from 1 to 31536000',
  }),
  CLIENTELE_SIGNIN_LIMIT_ACCOUNT: Type.Integer({
    default: 10,
    minimum: 0,
    maximum: 1_000_000,
    description: "Limits guessing of one account's password",
    allowed: 'failed sign-ins per account in 15 minutes, from 0 (no limit) to 1000000',
  }),
  CLIENTELE_SIGNIN_LIMIT_ADDRESS: Type.Integer({
    default: 100,
    minimum: 0,
    maximum: 1_000_000,
    description: 'Limits guessing of passwords and client secrets from one address',
    allowed: 'failed sign-ins per client address in 15 minutes, from 0 (no limit) to 1000000',
  }),
  CLIENTELE_SIGNUP_LIMIT_ADDRESS: Type.Integer({
    default: 1000,
    minimum: 0,
    maximum: 1_000_000,
    description: 'Limits the making of accounts in bulk; counted by each process for itself',
    allowed: 'sign-ups with a public token per client address in 15 minutes, from 0 (no limit) to 1000000',
  }),
  CLIENTELE_RATE_LIMIT: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 100_000_000,
    description: 'Limits floods; counted by each process for itself',
    allowed: 'requests per minute for one key and client address, from 0 (no limit) to 100000000',
  }),
  CLIENTELE_TRUST_PROXY: Type.String({
    default: 'false',
    description: 'Whose X-Forwarded-For is believed, for the limits above and the audit log: set it behind a proxy',
    format: 'trust-proxy',
    allowed: 'false, true, a number of proxies in front, or their addresses or networks, separated by commas',
  }),
  CLIENTELE_DATABASE_POOL: Type.Integer({
    default: 10,
    minimum: 1,
    maximum: 1000,
    description: 'How many connections to the database this process keeps',
    allowed: 'connections of this process to the database, from 1 to 1000',
  }),
  CLIENTELE_PREPARED_STATEMENTS: Type.String({
    default: 'on',
    pattern: '^(on|off)$',
    description: 'Whether statements are prepared once per connection',
    allowed: 'on, or off (behind a pooler that cannot keep prepared statements)',
  }),
} as const;

/** What a setting's schema says beyond its type. */
const detailsOf = (schema: unknown) =>
  schema as { default?: unknown; description: string; allowed: string; secret?: boolean };

const configSchema = Type.Object(settings);

/** The settings of the process, frozen. */
export type Config = Readonly<Type.Static<typeof configSchema>>;

/** The settings for people: the source of the table in docs/configuration.md. */
export const configTable: readonly { name: string; default: string; description: string; allowed: string }[] =
  Object.entries(settings).map(([name, schema]) => {
    const { default: fallback, description, allowed } = detailsOf(schema);
    return { name, default: fallback === undefined ? '' : String(fallback), description, allowed };
  });

/** The first store's key, and the first member of staff: both parts or none. */
const pairs = [
  ['CLIENTELE_CLIENT_ID', 'CLIENTELE_CLIENT_SECRET'],
  ['CLIENTELE_ADMIN_EMAIL', 'CLIENTELE_ADMIN_PASSWORD'],
] as const;

/** The environment does not describe a runnable configuration; each message names the variable, the value and what is allowed. */
export class ConfigError extends Error {
  readonly exitCode = 2;

  constructor(messages: readonly string[]) {
    super(messages.join('\n'));
    this.name = 'ConfigError';
  }
}

const ajv = new Ajv({
  allErrors: true,
  useDefaults: true,
  strict: false,
  meta: false,
  validateSchema: false,
  formats: { 'trust-proxy': isTrustProxy, email: isEmail },
});
const validate = ajv.compile<Config>(configSchema);

/** A value in a message; a secret, or what may be one under a misspelt name, is not shown. */
function shown(name: string, text: string): string {
  const isSecret =
    name in settings ? detailsOf(settings[name as keyof typeof settings]).secret : /SECRET|PASS|KEY/.test(name);
  return isSecret || /:\/\/[^/]*@/.test(text) ? '(hidden)' : JSON.stringify(text);
}

/** Says that the value of a setting cannot be used, and what is allowed. */
export function invalidSetting(name: keyof typeof settings, text: string): string {
  return `${name}=${shown(name, text)} is not valid: allowed is ${detailsOf(settings[name]).allowed}`;
}

function readValues(env: Readonly<Record<string, string | undefined>>): Record<string, string | number> {
  const values: Record<string, string | number> = {};
  for (const [name, schema] of Object.entries(settings)) {
    const text = env[name];
    if (text === undefined || text === '') continue;
    values[name] = 'type' in schema && schema.type === 'integer' && /^[0-9]{1,15}$/.test(text) ? Number(text) : text;
  }
  return values;
}

/** Reads the configuration from an environment. Pure. Throws a ConfigError that lists every fault. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const values = readValues(env);
  const isValid = validate(values);
  const refused = new Set((validate.errors ?? []).map(error => error.instancePath.slice(1) as keyof typeof settings));
  const faults = [...refused].map(name => invalidSetting(name, env[name] ?? ''));
  for (const [name, text = ''] of Object.entries(env)) {
    if (name.startsWith('CLIENTELE_') && !(name in settings)) {
      const known = Object.keys(settings).filter(key => key.startsWith('CLIENTELE_'));
      faults.push(`${name}=${shown(name, text)} is not a known setting: allowed are ${known.join(', ')}`);
    }
  }
  for (const [name, other] of pairs.flatMap(pair => [pair, pair.toReversed()]) as [string, string][]) {
    const text = env[name];
    if (text && !env[other])
      faults.push(`${name}=${shown(name, text)} is not valid: allowed is only together with ${other}`);
  }
  if (!isValid || faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(values);
}
