import fc from 'fast-check';

// Random values of fields, random filters on them, and what the grammar says that a filter finds.

/** What the API shows of a resource. */
export type Values = Readonly<Record<string, unknown>>;

const texts = ['', 'a', 'A', 'ab', 'b', 'Öz', 'öz', 'a b', '10', 'x'.repeat(250), `${'x'.repeat(250)}y`];
const numbers = [-2, -0.5, 0, 1, 1.5, 2, 10, 1e21];
const integers = [-3, 0, 1, 2, 10, 2 ** 53];
const dates = [
  '2021-03-04',
  '2021-03-04 10:00:00',
  '2021-03-04T23:30:00-02:00',
  '2021-03-05',
  '2020-02-29T00:00:00.5Z',
];

const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 4 });
/** Values for a string `s`, an integer `i`, a float `f`, a boolean `b`, a date `d`; any may be missing. */
export const values = fc.record(
  {
    s: orNull(fc.constantFrom(...texts)),
    i: orNull(fc.constantFrom(...integers)),
    f: orNull(fc.constantFrom(...numbers)),
    b: orNull(fc.boolean()),
    d: orNull(fc.constantFrom(...dates)),
  },
  { requiredKeys: [] },
);

/** A clause of a filter. */
export interface Clause {
  readonly operator: string;
  readonly attribute: string;
  readonly operands: readonly string[];
}

const one = (operators: string[], attribute: string, operand: fc.Arbitrary<string>): fc.Arbitrary<Clause> =>
  fc.record({
    operator: fc.constantFrom(...operators),
    attribute: fc.constant(attribute),
    operands: fc.tuple(operand),
  });
const several = (attribute: string, operand: fc.Arbitrary<string>): fc.Arbitrary<Clause> =>
  fc.record({
    operator: fc.constant('in'),
    attribute: fc.constant(attribute),
    operands: fc.array(operand, { minLength: 1, maxLength: 3 }),
  });
const comparisons = ['eq', 'gt', 'ge', 'lt', 'le'];
const textOperand = fc.constantFrom(...texts.filter(text => text !== ''));
const patterns = fc.constantFrom('a*', '*B*', 'ÖZ', '*', 'x*y', 'a*a');
const numberOperand = fc.constantFrom('-2', '-0.5', '0', '1', '1.5', '2', '10', '1e21', '9007199254740992');

/** On those fields, and on `s_later`, `f_later` and `d_later`, which are newer than the rows. */
export const clause: fc.Arbitrary<Clause> = fc.oneof(
  ...['s', 's_later'].flatMap(name => [
    one(['eq'], name, textOperand),
    one(['like'], name, patterns),
    several(name, textOperand),
  ]),
  ...['i', 'f', 'f_later'].flatMap(name => [one(comparisons, name, numberOperand), several(name, numberOperand)]),
  one(['eq'], 'b', fc.constantFrom('true', 'false')),
  ...['d', 'd_later'].map(name =>
    one(comparisons, name, fc.constantFrom('2021-03-04', '2021-03-05', '2021-03-05T01:30:00Z')),
  ),
  fc.record({
    operator: fc.constant('is_null'),
    attribute: fc.constantFrom('s', 'i', 'f', 'b', 'd', 's_later', 'f_later', 'd_later'),
    operands: fc.constant([]),
  }),
);

const instant = (text: string) =>
  Date.parse(
    /T.*(?:Z|[-+]\d\d:\d\d)$/.test(text) ? text : `${text.replace(' ', 'T')}${text.length > 10 ? '' : 'T00:00:00'}Z`,
  );
const day = 86_400_000;

/** What the grammar says, on what the API shows. */
export function holds({ operator, attribute, operands }: Clause, shown: Values): boolean {
  const value = shown[attribute];
  if (operator === 'is_null') return value === null;
  if (value === null) return false;
  const [operand = ''] = operands;
  if (attribute === 'b') return String(value) === operand;
  if (attribute.startsWith('s')) {
    if (operator !== 'like') return operands.includes(String(value));
    const pattern = operand.toLowerCase().split('*').join('.*');
    return new RegExp(`^${pattern}$`, 's').test(String(value).toLowerCase());
  }
  const isDate = attribute.startsWith('d');
  const left = isDate ? instant(String(value)) : Number(value);
  const right = isDate ? instant(operand) : Number(operand);
  switch (operator) {
    case 'eq':
      return isDate && operand.length === 10 ? left >= right && left < right + day : left === right;
    case 'in':
      return operands.map(Number).includes(left);
    case 'gt':
      return left > right;
    case 'ge':
      return left >= right;
    case 'lt':
      return left < right;
    default:
      return left <= right;
  }
}

/** A clause as it is sent; `prefix`: the flow and a dot. */
export const write = ({ operator, attribute, operands }: Clause, prefix = '') =>
  `${operator}(${[prefix + attribute, ...operands].join(',')})`;
