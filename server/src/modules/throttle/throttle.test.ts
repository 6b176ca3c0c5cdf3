import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createCustomer, password } from '../../../test/support/builders.ts';
import { type Answer, startTestApp, type TestApp } from '../../../test/support/test-app.ts';

const limits = { account: 3, address: 8 };
const env = {
  CLIENTELE_SIGNIN_LIMIT_ACCOUNT: String(limits.account),
  CLIENTELE_SIGNIN_LIMIT_ADDRESS: String(limits.address),
};
const minute = 60_000;
const day = 24 * 60 * minute;

let app: TestApp;
let authorization: string;
beforeAll(async () => {
  app = await startTestApp(env);
  authorization = app.storefront.headers.authorization ?? '';
});
afterAll(() => app.close());
afterEach(() => {
  vi.useRealTimers();
});

let addresses = 0;
/** A client address that no other test uses. */
const anAddress = () => {
  addresses += 1;
  return `203.0.${addresses >> 8}.${addresses & 255}`;
};
const anotherWrong = () => `wrong-${randomBytes(4).toString('hex')}`;
const anEmail = async () => (await createCustomer(app, { password })).email as string;

interface Attempt {
  readonly email: string;
  readonly from: string;
  readonly secret?: string;
  readonly headers?: Record<string, string>;
  readonly process?: Pick<TestApp, 'send'>;
}

/** A sign-in, with a wrong password that was not tried before unless one is given. */
const attempt = ({ email, from, secret = anotherWrong(), headers = {}, process = app }: Attempt): Promise<Answer> =>
  process.send({
    method: 'POST',
    url: '/v2/customers/tokens',
    remoteAddress: from,
    headers: { authorization, 'content-type': 'application/json', ...headers },
    payload: JSON.stringify({ data: { type: 'token', email, password: secret } }),
  });

async function statuses(count: number, make: (index: number) => Promise<Answer>): Promise<number[]> {
  const found = [];
  for (let index = 0; index < count; index += 1) found.push((await make(index)).status);
  return found;
}

/** Moves the clock, and with it what is too old for an access token. */
async function moveClock(milliseconds: number): Promise<void> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
  authorization = (await app.addKey()).storefront.headers.authorization ?? '';
}

function expectTooMany({ status, body, headers }: Answer): void {
  expect({ status, body }).toEqual({
    status: 429,
    body: {
      errors: [{ status: 429, title: 'Too Many Requests', detail: 'Too many failed attempts, please try again later' }],
    },
  });
  const seconds = Number(headers['retry-after']);
  expect(Number.isInteger(seconds) && seconds >= 1 && seconds <= 900, `Retry-After: ${seconds}`).toBe(true);
}

describe('guesses of one account from one address', () => {
  test('beyond the limit get 429 with Retry-After, the right password too; other accounts and addresses do not', async () => {
    const [email, from] = [await anEmail(), anAddress()];
    expect(await statuses(3, () => attempt({ email, from }))).toEqual([401, 401, 401]);
    expectTooMany(await attempt({ email, from }));
    expectTooMany(await attempt({ email, from, secret: password }));
    expectTooMany(await attempt({ email: email.toUpperCase(), from }));
    expect((await attempt({ email: await anEmail(), from, secret: password })).status).toBe(201);
    expect((await attempt({ email, from: anAddress(), secret: password })).status).toBe(201);
  });

  test('are limited the same whether the account exists or not', async () => {
    const [email, from] = [`nobody-${randomBytes(4).toString('hex')}@example.com`, anAddress()];
    expect(await statuses(5, () => attempt({ email, from }))).toEqual([401, 401, 401, 429, 429]);
  });

  test('are allowed again after the time that Retry-After says, and not before', async () => {
    const [email, from] = [await anEmail(), anAddress()];
    await statuses(3, () => attempt({ email, from }));
    const { headers } = await attempt({ email, from });
    const seconds = Number(headers['retry-after']);
    expect(seconds).toBeGreaterThan(840);
    await moveClock((seconds - 60) * 1000);
    expectTooMany(await attempt({ email, from, secret: password }));
    await moveClock(60_000);
    expect((await attempt({ email, from, secret: password })).status).toBe(201);
  });

  test('sent at once are decided as far as the limit goes; a right one among those beyond it does not stand out', async () => {
    const [email, from] = [await anEmail(), anAddress()];
    const wrong = await Promise.all(Array.from({ length: 12 }, () => attempt({ email, from })));
    const count = (status: number) => wrong.filter(answer => answer.status === status).length;
    expect([count(401), count(429)]).toEqual([3, 9]);
    const mixed = await Promise.all([
      ...Array.from({ length: 3 }, () => attempt({ email, from })),
      attempt({ email, from, secret: password }),
    ]);
    for (const answer of mixed) expectTooMany(answer);
  });
});

describe('what is no guessing', () => {
  test('the SDK’s four repeats of one wrong password within 15 s count once', async () => {
    const [email, from] = [await anEmail(), anAddress()];
    expect(await statuses(4, () => attempt({ email, from, secret: 'wrong-password' }))).toEqual([401, 401, 401, 401]);
    expect(await statuses(2, () => attempt({ email, from }))).toEqual([401, 401]);
    // The limit is reached: only what has just failed is answered as before.
    expect((await attempt({ email, from, secret: 'wrong-password' })).status).toBe(401);
    expectTooMany(await attempt({ email, from }));
  });

  test('at once they count once too, and after 15 s they count again', async () => {
    const [email, from] = [await anEmail(), anAddress()];
    const repeat = () => attempt({ email, from, secret: 'wrong-password' });
    const answers = await Promise.all([repeat(), repeat(), repeat(), repeat()]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    await moveClock(16_000);
    expect((await repeat()).status).toBe(401);
    await moveClock(16_000);
    expect((await repeat()).status).toBe(401);
    await moveClock(16_000);
    expectTooMany(await repeat());
  });

  test('repeats from elsewhere, or for another account, are guesses of their own', async () => {
    const [email, other, from] = [await anEmail(), await anEmail(), anAddress()];
    const secret = 'wrong-password';
    await attempt({ email, from, secret });
    await statuses(3, () => attempt({ email: other, from }));
    expectTooMany(await attempt({ email: other, from, secret }));
  });

  test('any number of successful sign-ins from one address, as a server-rendered shop makes them', async () => {
    const from = anAddress();
    const emails = await Promise.all(Array.from({ length: 5 }, anEmail));
    const answers = await statuses(15, index => attempt({ email: emails[index % 5] ?? '', from, secret: password }));
    expect(new Set(answers)).toEqual(new Set([201]));
  });

  test('mistakes that are followed by the right password are forgotten, for the account and for the address', async () => {
    const from = anAddress();
    for (let round = 0; round < 6; round += 1) {
      const email = await anEmail();
      expect(await statuses(2, () => attempt({ email, from }))).toEqual([401, 401]);
      expect((await attempt({ email, from, secret: password })).status).toBe(201);
    }
  });
});

describe('outsiders', () => {
  test('with one address cannot keep the owner out', async () => {
    const [email, stranger] = [await anEmail(), anAddress()];
    await statuses(6, () => attempt({ email, from: stranger }));
    expect((await attempt({ email, from: anAddress(), secret: password })).status).toBe(201);
  });

  test('with many addresses are stopped together, while the owner gets in from an address of theirs', async () => {
    const [email, home] = [await anEmail(), anAddress()];
    await attempt({ email, from: home, secret: password });
    const guesses = await statuses(12, () => attempt({ email, from: anAddress() }));
    expect(guesses).toEqual([...Array(9).fill(401), 429, 429, 429]);
    expectTooMany(await attempt({ email, from: anAddress(), secret: password }));
    expect((await attempt({ email, from: home })).status).toBe(401);
    expect((await attempt({ email, from: home, secret: password })).status).toBe(201);
  });

  test('do not make an address that the owner uses all the time a strange one', async () => {
    const [email, home] = [await anEmail(), anAddress()];
    for (const days of [0, 60, 60]) {
      await moveClock(days * day);
      expect((await attempt({ email, from: home, secret: password })).status).toBe(201);
    }
    await statuses(10, () => attempt({ email, from: anAddress() }));
    expect((await attempt({ email, from: home, secret: password })).status).toBe(201);
  });

  test('profit no longer from an address that the owner has not used for 90 days', async () => {
    const [email, former] = [await anEmail(), anAddress()];
    await attempt({ email, from: former, secret: password });
    await moveClock(91 * day);
    await statuses(10, () => attempt({ email, from: anAddress() }));
    expectTooMany(await attempt({ email, from: former, secret: password }));
  });
});

describe('the client address', () => {
  test('is limited over all accounts', async () => {
    const from = anAddress();
    expect(await statuses(9, async index => attempt({ email: `nobody-${index}@example.com`, from }))).toEqual([
      ...Array(8).fill(401),
      429,
    ]);
    const email = await anEmail();
    expectTooMany(await attempt({ email, from, secret: password }));
    expect((await attempt({ email, from: anAddress(), secret: password })).status).toBe(201);
  });

  test('is the /64 network for IPv6, and the same for an IPv4 address written as IPv6', async () => {
    const email = await anEmail();
    await statuses(3, index => attempt({ email, from: `2001:db8:1:2::${index + 1}` }));
    expectTooMany(await attempt({ email, from: '2001:db8:1:2:ffff::1' }));
    expect((await attempt({ email, from: '2001:db8:1:3::1' })).status).toBe(401);
    const [mapped, from] = [await anEmail(), anAddress()];
    await statuses(3, () => attempt({ email: mapped, from: `::ffff:${from}` }));
    expectTooMany(await attempt({ email: mapped, from }));
  });

  test('is not taken from X-Forwarded-For unless CLIENTELE_TRUST_PROXY says whose to believe', async () => {
    const proxy = anAddress();
    const email = await anEmail();
    const forged = () => attempt({ email, from: proxy, headers: { 'x-forwarded-for': anAddress() } });
    expect(await statuses(4, forged)).toEqual([401, 401, 401, 429]);

    const trusting = await app.addInstance({ ...env, CLIENTELE_TRUST_PROXY: `${proxy},10.0.0.0/8` });
    const shoppers = await anEmail();
    const through = (shopper: string, from: string) =>
      attempt({ email: shoppers, from, headers: { 'x-forwarded-for': shopper }, process: trusting });
    const [one, two] = [anAddress(), anAddress()];
    expect(await statuses(4, () => through(one, proxy))).toEqual([401, 401, 401, 429]);
    expect((await through(two, proxy)).status).toBe(401);
    // What a client writes before the proxy's own entry is not believed, and neither is another proxy.
    expectTooMany(await through(`${anAddress()}, ${one}`, proxy));
    const untrusted = anAddress();
    expect(await statuses(4, () => through(anAddress(), untrusted))).toEqual([401, 401, 401, 429]);
  });
});

test('the port that a trusted proxy writes behind an address does not make another address of it', async () => {
  const proxy = anAddress();
  const trusting = await app.addInstance({ ...env, CLIENTELE_TRUST_PROXY: proxy });
  for (const shopper of [anAddress(), '[2001:db8::77]']) {
    const email = await anEmail();
    const from = (index: number) => ({ 'x-forwarded-for': `${shopper}:${51_000 + index}` });
    const through = (index: number) => attempt({ email, from: proxy, headers: from(index), process: trusting });
    expect(await statuses(4, through)).toEqual([401, 401, 401, 429]);
  }
});

describe('the count', () => {
  test('is one for all processes, and outlives them', async () => {
    const [email, from] = [await anEmail(), anAddress()];
    const second = await app.addInstance(env);
    const processes = [app, second, app];
    expect(await statuses(3, index => attempt({ email, from, process: processes[index] ?? app }))).toEqual([
      401, 401, 401,
    ]);
    expectTooMany(await attempt({ email, from, process: second, secret: password }));
    const restarted = await app.addInstance(env);
    expectTooMany(await attempt({ email, from, process: restarted, secret: password }));
  });

  test('is off with limits of 0', async () => {
    const off = await app.addInstance({ CLIENTELE_SIGNIN_LIMIT_ACCOUNT: '0', CLIENTELE_SIGNIN_LIMIT_ADDRESS: '0' });
    const [email, from] = [await anEmail(), anAddress()];
    expect(await statuses(10, () => attempt({ email, from, process: off }))).toEqual(Array(10).fill(401));
  });

  test('is kept without e-mail, address or password, and old failures are removed', async () => {
    const [email, from, secret] = [await anEmail(), anAddress(), anotherWrong()];
    await attempt({ email, from, secret });
    const { rows } = await app.query('select failed_attempts::text as text from failed_attempts');
    const stored = JSON.stringify(
      rows.map(({ text }) => [text, Buffer.from(text.replace(/[^0-9a-f]/g, ''), 'hex').toString('latin1')]),
    );
    for (const clear of [email, from, secret]) expect(stored).not.toContain(clear);
    await moveClock(200 * day);
    for (let round = 0; round < 3; round += 1) await attempt({ email, from: anAddress() });
    const left = await app.query('select 1 from failed_attempts where failed_at < $1', [new Date(Date.now() - day)]);
    expect(left.rowCount).toBe(0);
  });
});
