import { allFakers, type Faker } from '@faker-js/faker';

/** A customer to be made, with addresses. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly addresses: readonly PersonAddress[];
}

export interface PersonAddress {
  readonly name: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly company_name: string;
  readonly phone_number: string;
  readonly line_1: string;
  readonly line_2: string;
  readonly city: string;
  readonly county: string;
  readonly region: string;
  readonly postcode: string;
  readonly country: string;
  readonly instructions: string;
}

/** Languages with names and places of their own, the country of their shoppers, and how many of a hundred come from there. */
const origins: readonly [locale: keyof typeof allFakers, country: string, share: number][] = [
  ['en_GB', 'GB', 18],
  ['en_US', 'US', 18],
  ['de', 'DE', 12],
  ['fr', 'FR', 10],
  ['es', 'ES', 7],
  ['it', 'IT', 6],
  ['pl', 'PL', 5],
  ['tr', 'TR', 4],
  ['sv', 'SE', 4],
  ['cs_CZ', 'CZ', 3],
  ['pt_BR', 'BR', 3],
  ['uk', 'UA', 3],
  ['el', 'GR', 2],
  ['ja', 'JP', 3],
  ['zh_CN', 'CN', 2],
];

/** Words of one language, drawn once: a name made anew for each of a million people would take minutes. */
interface Words {
  readonly country: string;
  readonly firstNames: readonly string[];
  readonly lastNames: readonly string[];
  readonly streets: readonly string[];
  readonly cities: readonly string[];
  readonly companies: readonly string[];
  readonly counties: readonly string[];
  postcode(): string;
  phone(): string;
}

const seed = 2021;
/** Domains that nobody can own (RFC 2606), the common ones first, as those of the large providers are. */
const domains = ['mail.example', 'mail.example', 'mail.example', 'post.example', 'post.example', 'inbox.example'];
const labels = ['Home', 'Home', 'Work', 'Holiday house'];

const many = (count: number, make: () => string) => Array.from({ length: count }, make);

function wordsOf(faker: Faker, country: string): Words {
  faker.seed(seed);
  return {
    country,
    firstNames: many(1500, () => faker.person.firstName()),
    lastNames: many(3000, () => faker.person.lastName()),
    streets: many(3000, () => faker.location.street()),
    cities: many(1000, () => faker.location.city()),
    companies: many(1000, () => faker.company.name()),
    counties: many(50, () => faker.location.state()),
    postcode: () => faker.location.zipCode(),
    phone: () => faker.phone.number({ style: 'international' }),
  };
}

/** Makes people, always the same ones in the same order. */
export function createPeople(): () => Person {
  const languages = origins.flatMap(([locale, country, share]) => {
    const words = wordsOf(allFakers[locale], country);
    return Array.from({ length: share }, () => words);
  });
  const { number, helpers } = allFakers.en;
  allFakers.en.seed(seed);
  const below = (count: number) => number.int(count - 1);
  // A few names are common and most are rare, as they are.
  const skewed = (from: readonly string[]) => from[Math.floor(from.length * number.float() ** 2)] ?? '';
  const any = (from: readonly string[]) => from[below(from.length)] ?? '';
  let made = 0;

  return () => {
    made += 1;
    const words = languages[below(languages.length)];
    if (words === undefined) throw new Error('no language');
    const [first, last] = [skewed(words.firstNames), skewed(words.lastNames)];
    const latin = helpers
      .slugify(`${first}.${last}`.normalize('NFKD'))
      .toLowerCase()
      .replaceAll(/[^a-z0-9.]|^\.|\.$/g, '');
    const local = latin.length > 2 ? `${latin}${made}` : `shopper.${made}`;
    const anAddress = (): PersonAddress => ({
      name: any(labels),
      first_name: first,
      last_name: last,
      company_name: below(10) === 0 ? any(words.companies) : '',
      phone_number: words.phone(),
      line_1: `${1 + below(200)} ${any(words.streets)}`,
      line_2: below(4) === 0 ? `Flat ${1 + below(40)}` : '',
      city: any(words.cities),
      county: any(words.counties),
      region: '',
      postcode: words.postcode(),
      country: words.country,
      instructions: '',
    });
    const addresses = [1, 1, 1, 1, 1, 1, 1, 2, 2, 0][below(10)] ?? 0;
    return {
      name: `${first} ${last}`,
      email: `${local.replaceAll('..', '.')}@${any(domains)}`,
      addresses: Array.from({ length: addresses }, anAddress),
    };
  };
}
