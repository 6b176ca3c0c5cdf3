import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCustomer, listed } from '../../../test/support/builders.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const local = fc
  .array(fc.constantFrom(...'aB9!#$%&\'*+/=?^_`{|}~-éŁд山(),:;"\\'), { minLength: 1, maxLength: 12 })
  .map(characters => characters.join(''));

/** The value in double quotes, as a filter writes characters outside its grammar. */
const quoted = (text: string) => `"${text.replace(/["\\*]/g, '\\$&')}"`;

test('whatever its characters, an address that is accepted is found by a filter in any case, is unique, and is changed back', async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(local, async name => {
      count += 1;
      const email = `${name}@n${count}.Example.test`;
      const { status, body } = await app.admin.post('/v2/customers', { data: aCustomer({ email }) });
      expect([email, status]).toEqual([email, 201]);
      expect(body.data.email).toBe(email);
      for (const form of [email, email.toLowerCase(), email.replace('Example', 'EXAMPLE')]) {
        const found = await app.admin.get(`/v2/customers?filter=${encodeURIComponent(`eq(email,${quoted(form)})`)}`);
        expect(found.body.data).toEqual([listed(body.data)]);
        const again = await app.admin.post('/v2/customers', { data: aCustomer({ email: form }) });
        expect([form, again.status]).toEqual([form, 409]);
      }
      const path = `/v2/customers/${body.data.id}`;
      const other = await app.admin.put(path, { data: { email: `other-${count}@example.test` } });
      expect(other.status).toBe(200);
      const back = await app.admin.put(path, { data: { email } });
      expect(back.body.data.email).toBe(email);
    }),
    { numRuns: 40 },
  );
});
