import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isEmail } from './email.ts';

/** Characters that mean nothing special in an address; letters of several scripts among them. */
const character = fc.constantFrom(..."abcXYZ019!#$%&'*+/=?^_`{|}~-éßłñאبд山กİ");
const atom = fc.array(character, { minLength: 1, maxLength: 8 }).map(all => all.join(''));
const local = fc.array(atom, { minLength: 1, maxLength: 4 }).map(atoms => atoms.join('.'));
const edge = fc.constantFrom(...'abcXYZ019éßłñאبд山ก');
const label = fc
  .tuple(edge, fc.array(fc.oneof(edge, fc.constantFrom('-', '_')), { maxLength: 6 }), edge)
  .map(([first, middle, last]) => [first, ...middle, last].join(''));
const domain = fc.oneof(
  fc.array(fc.oneof(label, edge), { minLength: 2, maxLength: 4 }).map(labels => labels.join('.')),
  fc.constantFrom('localhost', 'LocalHost'),
);
const address = fc.tuple(local, domain);
/** Any UTF-16, unpaired surrogates too. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 })
  .map(units => String.fromCharCode(...units));
const insert = (text: string, at: number, piece: string) => {
  const cut = at % (text.length + 1);
  return text.slice(0, cut) + piece + text.slice(cut);
};

describe('laws', () => {
  test('a local part of atoms between single dots, one @, and a domain with a dot or localhost is an address', () => {
    fc.assert(fc.property(address, ([name, host]) => isEmail(`${name}@${host}`)));
  });

  test('a second @ anywhere makes it none', () => {
    fc.assert(fc.property(address, fc.nat(), ([name, host], at) => !isEmail(insert(`${name}@${host}`, at, '@'))));
  });

  test('white space, a control or an invisible character anywhere makes it none', () => {
    const blank = fc.constantFrom(
      ' ',
      '\t',
      '\n',
      '\r',
      '\0',
      '\u007f',
      '\u00a0',
      '\u3000',
      '\u200b',
      '\u202e',
      '\ufeff',
    );
    fc.assert(
      fc.property(
        address,
        fc.nat(),
        blank,
        ([name, host], at, piece) => !isEmail(insert(`${name}@${host}`, at, piece)),
      ),
    );
  });

  test('a dot at an end of the local part, or two in a row, makes it none', () => {
    fc.assert(fc.property(address, ([name, host]) => !isEmail(`.${name}@${host}`) && !isEmail(`${name}.@${host}`)));
    fc.assert(fc.property(local, local, domain, (one, two, host) => !isEmail(`${one}..${two}@${host}`)));
  });

  test('a domain without a dot, or with an empty label, is none unless it is localhost', () => {
    fc.assert(fc.property(local, label, (name, single) => !isEmail(`${name}@${single}`)));
    fc.assert(fc.property(address, ([name, host]) => !isEmail(`${name}@.${host}`) && !isEmail(`${name}@${host}.`)));
    fc.assert(fc.property(local, label, label, (name, one, two) => !isEmail(`${name}@${one}..${two}`)));
  });

  test('no text makes it throw, or take long', () => {
    fc.assert(fc.property(anyText, text => typeof isEmail(text) === 'boolean'));
    const start = performance.now();
    for (const piece of ['a', '.', '@', '-', 'a.', 'a-', ' ', 'é']) {
      isEmail(piece.repeat(500_000));
      isEmail(`a@${piece.repeat(500_000)}`);
      isEmail(`a@${piece.repeat(120)}`);
    }
    expect(performance.now() - start).toBeLessThan(500);
  });
});

test.each([
  'ada@example.com',
  'a@b.cd',
  "o'neill+tag@example.co.uk",
  'ada@localhost',
  'ADA@EXAMPLE.COM',
  'user_name@sub_domain.example',
  '"quoted"@example.com',
  'ñandú@correo.es',
  '用户@例子.广告',
  'अजय@डाटा.भारत',
  'ada@xn--bcher-kva.example',
  `${'a'.repeat(64)}@${'b'.repeat(63)}.example`,
])('%j is an address', text => {
  expect(isEmail(text)).toBe(true);
});

test.each([
  '',
  '@',
  'ada',
  'ada@',
  '@example.com',
  'ada@example',
  'ada@@example.com',
  'ada@home@example.com',
  'ada okafor@example.com',
  ' ada@example.com',
  'ada@example.com ',
  'ada@example.com\n',
  '.ada@example.com',
  'ada.@example.com',
  'a..da@example.com',
  'ada@.example.com',
  'ada@example..com',
  'ada@example.com.',
  'ada@-example.com',
  'ada@example-.com',
  'ada@exam,ple.com',
  'ada@<example>.com',
  'Ada <ada@example.com>',
  'ada@example.com, bob@example.com',
  'ada\ud800@example.com',
  `${'a'.repeat(250)}@b.cd`,
])('%j is none', text => {
  expect(isEmail(text)).toBe(false);
});
