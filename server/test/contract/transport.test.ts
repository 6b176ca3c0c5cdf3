import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sdkVersions, settled } from '../support/sdk.ts';
import { type SdkShop, startSdkShop } from '../support/sdk-shop.ts';

// What every call of the SDK goes through, and the other official clients (reference: README.md, "Content types and
// bodies"; js-sdk-calls.md, §4, §14 and §15.9).

let shop: SdkShop;
beforeAll(async () => {
  shop = await startSdkShop();
});
afterAll(() => shop.close());

const tooLarge = {
  errors: [{ status: 413, title: 'Payload Too Large', detail: 'The request body is larger than 1 MiB' }],
};

describe.each(sdkVersions)('an error that @moltin/sdk %s meets', version => {
  test('is a document when the body is larger than 1 MiB, however much larger', async () => {
    const { client } = await shop.backEndClient(version);
    for (const megabytes of [1.1, 8]) {
      const body = { name: 'x'.repeat(megabytes * 1_000_000), email: 'ada@example.test' };
      expect(await settled(client.Customers.Create(body))).toEqual({ rejected: tooLarge });
    }
  });
});
