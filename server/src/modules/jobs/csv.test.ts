import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { csvHeader, csvLines } from './csv.ts';

test('every text is read again as it was, line breaks of every kind included', () => {
  const texts = ['plain', 'a\nb', 'a\rb', 'a\r\nb', '\n=1+1', 'a,b', 'a"b', ' ', '\u2028', 'ends\n', '"', "'"];
  const rows = texts.map(text => [text, 'next']);
  expect(parse(csvHeader(['text', 'next']) + csvLines(rows), { bom: true, record_delimiter: '\r\n' })).toEqual([
    ['text', 'next'],
    ...rows,
  ]);
});

test.each(['=1+1', '+1', '-1', '@sum', '\t=1', '\r=1', '＝1'])('%j is text, nothing to compute', text => {
  expect(parse(csvLines([[text]]), { record_delimiter: '\r\n' })).toEqual([[`'${text}`]]);
});

test('a spreadsheet finds no line that begins with a formula within a text', () => {
  expect(csvLines([['Ring\n=HYPERLINK("http://example.com")', 2]])).toBe(
    '"Ring\n=HYPERLINK(""http://example.com"")",2\r\n',
  );
});
