import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/proof/canonical.ts';

describe('canonicalJson', () => {
  test('sorts keys by UTF-16 code units at every depth and writes no white space', () => {
    // The order of RFC 8785 §3.2.3: code units, not code points, so that a pair comes before U+FB33.
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    const keys = [...canonicalJson(value).matchAll(/:(\d)/g)].map(([, digit]) => Number(digit));
    expect(keys).toEqual([2, 4, 6, 7, 1, 5, 3]);
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: { y: true, x: 'z' } })).toBe(
      '{"a":{"x":"z","y":true},"b":[{"c":null,"d":1}]}',
    );
  });

  test('writes numbers and texts as ECMAScript does', () => {
    expect(canonicalJson([600000, 0, -0, 1e21, 0.5])).toBe('[600000,0,0,1e+21,0.5]');
    expect(canonicalJson('"\\\u0007\n\u20ac')).toBe('"\\"\\\\\\u0007\\n\u20ac"');
  });

  test('the order in which keys were given changes nothing, and the value comes back', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test.each([
    [undefined],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [1n],
    [() => 1],
    ['\ud800'],
    [{ a: undefined }],
  ])('refuses what JSON has no form for: %s', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});
