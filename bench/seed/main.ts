import { parseArgs } from 'node:util';
import cliProgress from 'cli-progress';
import { withStorage } from '../../server/src/cli/with-storage.ts';
import { parseConfig } from '../../server/src/config.ts';
import { createFirstStore } from '../../server/src/modules/access/first-store.ts';
import { listStores } from '../../server/src/modules/stores/stores.service.ts';
import { seedStore } from './seed.ts';

// `npm run bench:seed`: fills the store of a database, to see how the server does with many customers.

const usage = `npm run bench:seed -- [options]

  --customers N  customers to make (100000)
  --store ID     the store to fill; without it the first one, which is made if there is none

The database is the one that \`npm start\` would use: that of CLIENTELE_DATA_DIR or DATABASE_URL. The store must have no customers.
`;

const say = (message: string) => process.stderr.write(`${message}\n`);

async function main(customers: number, storeId: string | undefined): Promise<void> {
  await withStorage(async ({ database }) => {
    const first = await createFirstStore(database, parseConfig(process.env));
    if (first !== undefined) say(`client_id ${first.clientId}\nclient_secret ${first.clientSecret}`);
    const stores = await listStores(database);
    const store = storeId === undefined ? stores[0] : stores.find(each => each.id === storeId);
    if (store === undefined) throw new Error(`there is no store ${storeId}`);

    const bar = new cliProgress.SingleBar({
      format: '{bar} {value} of {total} customers, {eta_formatted} to go',
      hideCursor: true,
      noTTYOutput: true,
      notTTYSchedule: 10_000,
    });
    bar.start(customers, 0);
    const started = performance.now();
    await seedStore({
      connection: database.connection,
      storeId: store.id,
      customers,
      onProgress: made => bar.update(made),
      log: message => {
        bar.stop();
        say(message);
      },
    });
    bar.stop();
    say(`${customers} customers in ${Math.round((performance.now() - started) / 1000)} s`);
  });
}

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '100000' },
    store: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(usage);
else if (!/^[1-9]\d{0,7}$/.test(values.customers)) {
  say(`--customers ${values.customers} is not valid: allowed is a whole number above 0`);
  process.exitCode = 1;
} else await main(Number(values.customers), values.store);
