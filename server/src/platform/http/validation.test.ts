import Type from 'typebox';
import { expect, test } from 'vitest';
import { ApiError } from '../errors.ts';
import { document, keywordErrors, mandatoryText, patternText, text } from './schemas.ts';
import { compileBodySchema } from './validation.ts';

const Line = Type.Object(
  {
    type: Type.Literal('line'),
    name: mandatoryText({ maxLength: 5 }),
    code: patternText('^[A-Z]+$', 'must be capital letters'),
    email: Type.String({ format: 'email' }),
    status: Type.Enum(['draft', 'live']),
    quantity: Type.Integer({ minimum: 1, maximum: 9 }),
    rate: Type.Number({ exclusiveMinimum: 0 }),
    digit: text({ maxLength: 2 }),
    fields: Type.Optional(Type.Union([Type.Array(Type.Enum(['city', 'line_1'])), Type.Null()])),
    languages: Type.Array(Type.String(), { minItems: 1, maxItems: 2 }),
  },
  { numericTexts: ['quantity'] },
);

const valid = {
  type: 'line',
  name: 'Mug',
  code: 'M',
  email: 'ada@example.com',
  status: 'live',
  quantity: 1,
  rate: 0.5,
  digit: '',
  languages: ['fr'],
};

/** The entries with which a body is refused. */
function faultsOf(schema: object, data: unknown) {
  try {
    compileBodySchema(schema)({ data });
  } catch (error) {
    if (error instanceof ApiError) return error.entries;
    throw error;
  }
  return [];
}

const cases: readonly [
  change: Record<string, unknown>,
  source: string,
  standard: string,
  title: string,
  keyword: string,
][] = [
  [{ name: undefined }, 'name', 'The data.name field is required.', 'required', 'name is required'],
  [{ name: '  ' }, 'name', 'The data.name field is required.', 'required', 'name is required'],
  [{ name: null }, 'name', 'The data.name field is required.', 'required', 'name is required'],
  [{ name: 1 }, 'name', 'The data.name must be a string.', 'type', 'name must be a string'],
  [
    { name: 'Mugs of tea' },
    'name',
    'The data.name may not be greater than 5 characters.',
    'max',
    'name may not be greater than 5 characters',
  ],
  [{ type: undefined }, 'type', 'The data.type field is required.', 'enum', 'type must be line'],
  [{ type: 'item' }, 'type', 'The data.type must be line.', 'enum', 'type must be line'],
  [{ type: null }, 'type', 'The data.type must be line.', 'enum', 'type must be line'],
  [{ code: 'm' }, 'code', 'The data.code must be capital letters.', 'format', 'code must be capital letters'],
  [
    { email: 'ada' },
    'email',
    'The data.email must be a valid email address.',
    'format',
    'email must be a valid email address',
  ],
  [{ status: 'on' }, 'status', 'The selected data.status is invalid.', 'enum', 'status must be one of draft, live'],
  [{ status: undefined }, 'status', 'The data.status field is required.', 'required', 'status is required'],
  [{ quantity: 0 }, 'quantity', 'The data.quantity must be at least 1.', 'min', 'quantity must be at least 1'],
  [{ quantity: '-3' }, 'quantity', 'The data.quantity must be at least 1.', 'min', 'quantity must be at least 1'],
  [
    { quantity: 10 },
    'quantity',
    'The data.quantity may not be greater than 9.',
    'max',
    'quantity may not be greater than 9',
  ],
  [{ quantity: 1.5 }, 'quantity', 'The data.quantity must be an integer.', 'type', 'quantity must be an integer'],
  [{ quantity: '1.5' }, 'quantity', 'The data.quantity must be an integer.', 'type', 'quantity must be an integer'],
  [{ quantity: '' }, 'quantity', 'The data.quantity must be an integer.', 'type', 'quantity must be an integer'],
  [{ quantity: null }, 'quantity', 'The data.quantity field is required.', 'required', 'quantity is required'],
  [{ rate: 0 }, 'rate', 'The data.rate must be greater than 0.', 'min', 'rate must be greater than 0'],
  [
    { digit: '\0' },
    'digit',
    'The data.digit contains characters that cannot be stored.',
    'format',
    'digit contains characters that cannot be stored',
  ],
  [{ languages: [] }, 'languages', 'The data.languages field is required.', 'required', 'languages is required'],
  [
    { languages: ['fr', 'de', 'es'] },
    'languages',
    'The data.languages may not have more than 2 items.',
    'max',
    'languages may not have more than 2 items',
  ],
  [
    { languages: ['fr', 1] },
    'languages.1',
    'The data.languages.1 must be a string.',
    'type',
    'languages.1 must be a string',
  ],
];

const oneOfMany = [
  'fields.1',
  'The selected data.fields.1 is invalid.',
  'enum',
  'fields.1 must be one of city, line_1',
] as const;
const noList = ['fields', 'The data.fields must be an array.', 'type', 'fields must be an array'] as const;

test.each([...cases, [{ fields: ['city', 'x'] }, ...oneOfMany], [{ fields: 1 }, ...noList]] as typeof cases)(
  'the change %j is told at data.%s in the style of the route',
  (change, path, standard, title, keyword) => {
    const source = `data.${path}`;
    const data = () => ({ ...valid, ...change });
    expect(faultsOf(document(Line), data())).toEqual([
      { status: 422, title: 'Failed Validation', detail: standard, source },
    ]);
    expect(faultsOf(document(Line, keywordErrors), data())).toEqual([{ status: 400, title, detail: keyword, source }]);
  },
);

test('a whole number in quotes is read as a number where the schema says so', () => {
  const body = { data: { ...valid, quantity: '7' } };
  compileBodySchema(document(Line))(body);
  expect(body.data.quantity).toBe(7);
});

test.each([
  [{}, 'The data must be an array.', 'type', 'data must be an array'],
  [[], 'The data field is required.', 'required', 'data is required'],
])('where data must be an array, %j is told so', (data, standard, title, keyword) => {
  const Lines = Type.Array(Line, { minItems: 1 });
  expect(faultsOf(document(Lines), data)).toEqual([
    { status: 422, title: 'Failed Validation', detail: standard, source: 'data' },
  ]);
  expect(faultsOf(document(Lines, keywordErrors), data)).toEqual([
    { status: 400, title, detail: keyword, source: 'data' },
  ]);
});

test('a missing data object is 400 in either style', () => {
  const missing = [{ status: 400, title: 'Bad Request', detail: 'The data object is required' }];
  expect(faultsOf(document(Line), undefined)).toEqual(missing);
  expect(faultsOf(document(Line, keywordErrors), undefined)).toEqual(missing);
});
