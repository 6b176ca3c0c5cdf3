import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';

/** The fields of an address in the file, by the names of the API. */
const addressFields = [
  ...['name', 'first_name', 'last_name', 'company_name', 'phone_number', 'line_1', 'line_2', 'city', 'county'],
  ...['region', 'postcode', 'country', 'instructions'],
];

export interface Shopper {
  readonly external_ref: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly addresses: readonly Readonly<Record<string, string>>[];
}

/** Reads a file with a row for each address; the first row of a shopper tells who it is. */
export async function readShoppers(file: URL): Promise<Shopper[]> {
  const rows: Record<string, string>[] = parse(await readFile(file), {
    // The name of the shopper and that of the address have columns of their own.
    columns: (header: string[]) => header.map(column => (column === 'name' ? 'shopper' : column)),
  });
  const byRef = Map.groupBy(rows, row => row.external_ref ?? '');
  return [...byRef].map(([external_ref, [first = {}, ...others]]) => ({
    external_ref,
    name: first.shopper ?? '',
    email: first.email ?? '',
    password: first.password ?? '',
    addresses: [first, ...others]
      .filter(row => row.line_1 !== '')
      .map(row =>
        Object.fromEntries(addressFields.map(field => [field, row[field === 'name' ? 'address' : field] ?? ''])),
      ),
  }));
}
