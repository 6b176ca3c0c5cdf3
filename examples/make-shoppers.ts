import { writeFile } from 'node:fs/promises';
import { allFakers, type Faker } from '@faker-js/faker';
import { stringify } from 'csv-stringify/sync';

// Makes shoppers.csv: invented shoppers of many countries, always the same ones. One row for each address, as shops
// export them: the rows of one shopper stand together, and the first of them tells who it is.

const shopperCount = 300;

/** Where an address names the part of the country: in `county` or in `region`. */
type Place = (faker: Faker) => { readonly county: string } | { readonly region: string };
const state: Place = faker => ({ county: faker.location.state() });
const county: Place = faker => ({ county: faker.location.county() });
const city: Place = faker => ({ county: faker.location.city() });
const region: Place = faker => ({ region: faker.location.state() });

/** Languages with names and places of their own, the country of their shoppers, and how addresses there are written. */
const origins: readonly [locale: keyof typeof allFakers, country: string, place: Place][] = [
  ['en_GB', 'GB', county],
  ['en_IE', 'IE', county],
  ['en_US', 'US', region],
  ['de', 'DE', state],
  ['fr', 'FR', region],
  ['es', 'ES', state],
  ['it', 'IT', state],
  ['pt_BR', 'BR', region],
  ['pl', 'PL', state],
  ['cs_CZ', 'CZ', state],
  ['sv', 'SE', state],
  ['nb_NO', 'NO', state],
  ['fi', 'FI', state],
  ['nl', 'NL', state],
  ['el', 'GR', city],
  ['uk', 'UA', state],
  ['tr', 'TR', state],
  ['ar', 'EG', state],
  ['he', 'IL', state],
  ['fa', 'IR', state],
  ['ka_GE', 'GE', city],
  ['hy', 'AM', state],
  ['ne', 'NP', state],
  ['th', 'TH', state],
  ['vi', 'VN', state],
  ['ja', 'JP', state],
  ['ko', 'KR', state],
  ['zh_CN', 'CN', state],
  ['zh_TW', 'TW', state],
  ['es_MX', 'MX', state],
  ['hu', 'HU', state],
  ['ro', 'RO', state],
];

/** Domains that nobody can own (RFC 2606). */
const mailDomains = ['mail.example', 'post.example', 'inbox.example', 'bücher.example'];
const irishNames = ["O'Brien", "O'Sullivan", "D'Arcy", 'Ní Mhurchú', 'Mac Giolla Phádraig'];
const labels = ['Home', 'Work', 'Holiday house'];
const instructions = ['Ring twice', 'Leave it with the neighbour,\n"Flat 3"', 'Code 4711#', '🚪 blue door', '', '', ''];

const columns = [
  ...['external_ref', 'name', 'email', 'password'],
  ...['address', 'first_name', 'last_name', 'company_name', 'phone_number', 'line_1', 'line_2', 'city', 'county'],
  ...['region', 'postcode', 'country', 'instructions'],
];

function makeShopper(index: number): Record<string, string>[] {
  const [locale, country, placeOf] = origins[index % origins.length] ?? origins[0] ?? [];
  if (locale === undefined || placeOf === undefined) throw new Error('there are no origins');
  const faker = allFakers[locale];
  faker.seed(20_210_304 + index);
  const number = String(index + 1).padStart(4, '0');

  const firstName = faker.person.firstName();
  const lastName = locale === 'en_IE' ? faker.helpers.arrayElement(irishNames) : faker.person.lastName();
  const fullName = faker.person.fullName({ firstName, lastName });
  const isLong = index % 60 === 59;
  const name = isLong
    ? [fullName, ...faker.helpers.multiple(() => faker.person.lastName(), { count: 12 })].join('-')
    : fullName;
  const mailbox = faker.internet.username({ firstName, lastName: lastName.replaceAll(/\s/g, '') });
  const user = `${mailbox}${index % 5 === 0 ? `+shop${number}` : number}`;
  const email = `${lastName.includes("'") ? `${lastName}.` : ''}${user}@${faker.helpers.arrayElement(mailDomains)}`;
  const isPassphrase = index % 7 === 0;
  const password = isPassphrase
    ? `${faker.person.firstName()} ${faker.location.city()} ${faker.internet.emoji()} ${faker.number.int(999)}`
    : faker.internet.password({ length: faker.number.int({ min: 10, max: 24 }) });

  const shopper = { external_ref: `example-${number}`, name: name.slice(0, 255), email, password };
  const addresses = faker.helpers.multiple(
    (_, at) => ({
      address: labels[at] ?? '',
      first_name: firstName,
      last_name: lastName,
      company_name: at === 1 ? faker.company.name() : '',
      phone_number: faker.phone.number(),
      line_1: faker.location.streetAddress(),
      line_2: faker.datatype.boolean() ? faker.location.secondaryAddress() : '',
      city: faker.location.city(),
      ...placeOf(faker),
      postcode: faker.location.zipCode(),
      country: country ?? '',
      instructions: faker.helpers.arrayElement(instructions),
    }),
    { count: { min: 0, max: 3 } },
  );
  const [first = {}, ...others] = addresses;
  return [{ ...shopper, ...first }, ...others.map(address => ({ external_ref: shopper.external_ref, ...address }))];
}

/** The text of shoppers.csv. */
export function makeShoppers(): string {
  const rows = Array.from({ length: shopperCount }, (_, index) => makeShopper(index)).flat();
  return stringify(rows, { header: true, columns });
}

if (import.meta.main) {
  await writeFile(new URL('shoppers.csv', import.meta.url), makeShoppers());
}
