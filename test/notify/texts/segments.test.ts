import { describe, expect, test } from 'vitest';
import { BUILT_IN_SMS } from '../../../src/notify/texts/built-in.ts';
import { checkedSms } from '../../../src/notify/texts/checked.ts';
import { KINDS } from '../../../src/notify/texts/kinds.ts';
import { beyondGsm, segmentsOf } from '../../../src/notify/texts/segments.ts';
import { filled } from '../../../src/notify/texts/template.ts';
import { longestFigures, valuesOf } from '../../../src/notify/texts/variables.ts';

describe('an SMS', () => {
  test.each([
    ['nothing', '', 'GSM-7', 0, 1],
    ['as much as one holds', 'a'.repeat(160), 'GSM-7', 160, 1],
    ['a septet more', 'a'.repeat(161), 'GSM-7', 161, 2],
    ['as much as two hold', 'a'.repeat(306), 'GSM-7', 306, 2],
    ['a septet more than two', 'a'.repeat(307), 'GSM-7', 307, 3],
    ['brackets, which are two septets each', `[${'a'.repeat(157)}]`, 'GSM-7', 161, 2],
    ['an escaped sign that would be cut in two', `${'a'.repeat(152)}€${'a'.repeat(152)}`, 'GSM-7', 306, 3],
    ['every sign that is two', '\f^{}\\[~]|€', 'GSM-7', 20, 1],
    ['letters of the alphabet beside ASCII', '@£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà', 'GSM-7', 41, 1],
    ['a grave accent, which is none of them', '`', 'UCS-2', 1, 1],
    ['as much as one holds of others', '’'.repeat(70), 'UCS-2', 70, 1],
    ['a unit more', '’'.repeat(71), 'UCS-2', 71, 2],
    ['as much as two hold of others', '’'.repeat(134), 'UCS-2', 134, 2],
    ['a pair that would be cut in two', `${'’'.repeat(66)}😀${'’'.repeat(66)}`, 'UCS-2', 134, 3],
  ])('of %s', (_, text, alphabet, units, segments) => {
    expect(segmentsOf(text)).toEqual({ alphabet, units, segments });
  });

  test('names what is beyond its alphabet, once', () => {
    expect(beyondGsm('“Halo” “Budi” – [ya]')).toEqual(['“', '”', '–']);
  });
});

describe('the built-in SMS', () => {
  test.each(KINDS)('of %s has room in GSM-7 at its longest', (kind) => {
    const { sms, slips } = checkedSms({ kind, contact: undefined }, BUILT_IN_SMS[kind]);
    expect(slips).toEqual([]);
    const { alphabet, segments } = segmentsOf(filled(sms, valuesOf(longestFigures(undefined))));
    expect(alphabet).toBe('GSM-7');
    expect(segments).toBeLessThanOrEqual(kind === 'ACCEPTED' ? 1 : 2);
  });
});
