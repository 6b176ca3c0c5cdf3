import { afterEach, expect, test, vi } from 'vitest';
import { clausesOf, criteriaOf, describeCriteria, type FilterField, noCriteria } from './criteria.ts';

const birthday: FilterField = { name: 'customers.birthday', label: 'Birthday', kind: 'day' };
const created: FilterField = { name: 'created_at', label: 'Created', kind: 'date' };

afterEach(() => vi.unstubAllEnvs());

test.each(['America/New_York', 'UTC', 'Pacific/Auckland'])(
  'in %s, days of a field are asked for as they are, and days of a time from midnight to midnight there',
  zone => {
    vi.stubEnv('TZ', zone);
    const criteria = { ...noCriteria, from: '2026-01-31', to: '2026-02-28' };
    const operandsOf = (field: FilterField) =>
      clausesOf(field, criteria).map(({ operator, values }) => `${operator} ${values[0]?.text}`);
    expect(operandsOf(birthday)).toEqual(['ge 2026-01-31', 'lt 2026-03-01']);
    const midnight = (day: number, month: number) => new Date(2026, month - 1, day).toISOString();
    expect(operandsOf(created)).toEqual([`ge ${midnight(31, 1)}`, `lt ${midnight(1, 3)}`]);
    for (const field of [birthday, created]) {
      expect(criteriaOf(field, clausesOf(field, criteria))).toEqual(criteria);
      expect(describeCriteria(field, { ...criteria, to: '' })).toMatch(/31/);
    }
  },
);

test('what is asked of days by a time is none that the input can show', () => {
  const [clause] = clausesOf({ ...created, name: birthday.name }, { ...noCriteria, from: '1990-01-31' });
  expect(criteriaOf(birthday, clause === undefined ? [] : [clause])).toBeUndefined();
});
