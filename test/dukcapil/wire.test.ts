/** What is sent, and what an answer is taken for: whatever cannot be understood says nothing of the person. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_CODES } from '../../src/dukcapil/codes.ts';
import { bodyOf, type Reading, readAnswer } from '../../src/dukcapil/wire.ts';

const NIK = '3171011708450001';
const QUESTION = {
  ...{ nik: NIK, kk: '3171012501060007', fullName: 'BUDI SANTOSO', birthDate: '1945-08-17' },
  threshold: 85,
};
const SAME = { NIK: 'Sesuai', NO_KK: 'Sesuai', NAMA_LGKP: 'Sesuai (100)', TGL_LHR: 'Sesuai' };
const FOUND = { kkMatches: true, birthDateMatches: true, nameSimilarity: 100, callsLeft: null };
const UNSAID = { kkMatches: null, birthDateMatches: null, nameSimilarity: null, callsLeft: null };

const read = (answer: unknown, codes = DEFAULT_CODES): Reading =>
  readAnswer(typeof answer === 'string' ? answer : JSON.stringify(answer), codes, {
    nik: NIK,
    threshold: 80,
  });
const coded = (code: unknown, rest: object = {}) => ({
  content: [{ RESPON: 'x', RESPONSE_CODE: code, ...rest }],
});

test('a call has all that the service wants, with dates as it has them', () => {
  const account = { userId: 'user', password: 'pass "word"', ipUser: '10.0.0.1' };
  expect(JSON.parse(bodyOf(account, QUESTION))).toEqual({
    ...{ USER_ID: 'user', PASSWORD: 'pass "word"', IP_USER: '10.0.0.1', TRESHOLD: '85', NIK },
    ...{ NO_KK: '3171012501060007', NAMA_LGKP: 'BUDI SANTOSO', TGL_LHR: '17-08-1945' },
  });
});

describe('whoever is found', () => {
  const found = { kind: 'answer', answer: { code: '01', status: 1, ...FOUND } };

  test.each([
    ['in an array of one', { content: [SAME] }],
    ['in an object', { content: SAME }],
    ['with a code', coded('01', SAME)],
    ['with the code at the top', { content: [SAME], RESPONSE_CODE: '01', RESPONSE: 'Data Ditemukan' }],
    ['with the code in both places', { ...coded('01', SAME), RESPONSE_CODE: 1 }],
    ['with a code that is a number', coded(1, SAME)],
    ['in capitals', { content: [{ ...SAME, NIK: 'SESUAI', NAMA_LGKP: ' sesuai(100) ', NO_KK: 'sesuai' }] }],
    ['with the NIK itself', { content: [{ ...SAME, NIK }] }],
    ['without the NIK', { content: [{ ...SAME, NIK: undefined }] }],
    ['with more than was asked', { content: [{ ...SAME, TMPT_LHR: 'Sesuai (100)' }], lastPage: true }],
    ['with a name without a score', { content: [{ ...SAME, NAMA_LGKP: 'Sesuai' }] }],
  ])('is read %s', (_, answer) => {
    expect(read(answer)).toEqual(found);
  });

  test('has each element by itself', () => {
    const elements = { NO_KK: 'Tidak Sesuai', NAMA_LGKP: 'Tidak Sesuai (62)', TGL_LHR: 'Tidak Sesuai' };
    expect(read({ content: [{ ...SAME, ...elements }] })).toEqual({
      kind: 'answer',
      answer: {
        ...{ code: '01', status: 1, kkMatches: false, birthDateMatches: false, nameSimilarity: 62 },
        callsLeft: null,
      },
    });
  });

  test.each([
    ['Sesuai', 100],
    ['Tidak Sesuai', 0],
    ['Sesuai (85)', 85],
    ['Tidak Sesuai (62)', 62],
    ['Tidak  Sesuai(7)', 7],
  ])('has a name that is %s', (NAMA_LGKP, nameSimilarity) => {
    expect(read({ content: [{ ...SAME, NAMA_LGKP }] })).toMatchObject({ answer: { nameSimilarity } });
  });

  test.each(['Tidak Sesuai (95)', 'Tidak Sesuai (80)', 'Sesuai (79)', 'Sesuai (0)'])(
    'that says of the name %s, where 80 is alike, contradicts itself: it is none',
    (NAMA_LGKP) => expect(read({ content: [{ ...SAME, NAMA_LGKP }] })).toMatchObject({ kind: 'none' }),
  );

  test('that says something beside the elements, and has no code, is none', () => {
    expect(read({ content: [SAME], RESPONSE: 'Kuota habis' })).toMatchObject({ kind: 'none' });
  });
});

describe('the calls that are left', () => {
  test.each([
    [{ quotaLimiter: 56_616, content: [SAME] }, 56_616],
    [{ quotaLimiter: '0', content: [SAME] }, 0],
    [{ content: [{ ...SAME, quotaLimiter: 7 }] }, 7],
    [{ quotaLimiter: -1, content: [SAME] }, null],
    [{ quotaLimiter: 1.5, content: [SAME] }, null],
    [{ quotaLimiter: 'many', content: [SAME] }, null],
    [{ quotaLimiter: null, content: [SAME] }, null],
  ])('of %j', (answer, callsLeft) => {
    expect(read(answer)).toMatchObject({ kind: 'answer', answer: { callsLeft } });
  });
});

describe('a code', () => {
  test.each([
    ['08', 2],
    ['11', 3],
    ['12', 4],
    ['13', 0],
    ['14', 2],
    ['15', 0],
  ])('%s is about the person', (code, status) => {
    const answer = { kind: 'answer', answer: { code, status, ...UNSAID } };
    expect(read(coded(code))).toEqual(answer);
    expect(read({ RESPONSE: 'x', RESPONSE_CODE: code })).toEqual(answer);
    expect(read({ RESPON: 'x', RESPONSE_CODE: code, content: [] })).toEqual(answer);
  });

  test.each(['11', '12', '14'])('%s may bring elements along', (code) => {
    const { callsLeft, ...elements } = FOUND;
    expect(read({ ...coded(code, SAME), quotaLimiter: 3 })).toEqual({
      kind: 'answer',
      answer: {
        code,
        status: DEFAULT_CODES[code] === 'inactive' ? 2 : Number(code) - 8,
        ...elements,
        callsLeft: 3,
      },
    });
    const some = { NIK: 'Sesuai', NO_KK: 'Tidak Sesuai' };
    expect(read(coded(code, some))).toMatchObject({
      answer: { kkMatches: false, birthDateMatches: null, nameSimilarity: null },
    });
  });

  test.each([
    ['03', 'stop'],
    ['04', 'stop'],
    ['05', 'day'],
    ['06', 'hours'],
    ['07', 'stop'],
    ['09', 'stop'],
    ['10', 'stop'],
    ['16', 'stop'],
    ['17', 'stop'],
  ])('%s is about the call: %s', (code, kind) => {
    expect(read(coded(code))).toEqual({ kind, code });
    expect(read({ RESPONSE: 'x', RESPONSE_CODE: Number(code) })).toEqual({ kind, code });
  });

  test.each(['00', '02', '18', '42', '99'])('%s is not known, and asked again', (code) => {
    expect(read(coded(code, SAME))).toEqual({ kind: 'none', why: `code ${code}` });
  });

  test('means what the settings say', () => {
    const codes = { ...DEFAULT_CODES, '12': 'found', '08': 'retry', '42': 'day' } as const;
    expect(read(coded('12', SAME), codes)).toMatchObject({
      answer: { code: '12', status: 1, kkMatches: true },
    });
    // Found means that the elements are there.
    expect(read(coded('12'), codes)).toMatchObject({ kind: 'none' });
    expect(read(coded('08'), codes)).toEqual({ kind: 'none', why: 'code 08' });
    expect(read(coded('42'), codes)).toEqual({ kind: 'day', code: '42' });
  });
});

describe('it is no answer', () => {
  const { NO_KK: _, ...withoutKk } = SAME;

  test.each([
    ['an empty body', ''],
    ['blanks', ' \n'],
    ['half of it', JSON.stringify({ content: [SAME] }).slice(0, 40)],
    ['a page', '<!DOCTYPE html><html><body>Sesuai</body></html>'],
    ['null', 'null'],
    ['a text', '"Sesuai"'],
    ['an array', [SAME]],
    ['no content', {}],
    ['an empty content', { content: [] }],
    ['an empty object', { content: [{}] }],
    ['a content that is text', { content: 'Sesuai' }],
    ['two persons', { content: [SAME, SAME] }],
    ['an array in an array', { content: [[SAME]] }],
    ['elements beside the content', { ...SAME, content: [{}] }],
    ['an element that is missing', { content: [withoutKk] }],
    ['an element that is missing, with a code', coded('01', withoutKk)],
    ['a code for found alone', coded('01')],
    ['an element that is null', { content: [{ ...SAME, TGL_LHR: null }] }],
    ['an element in another word', { content: [{ ...SAME, TGL_LHR: 'Cocok' }] }],
    ['an element that is blank', { content: [{ ...SAME, NO_KK: '' }] }],
    ['an element that is true', { content: [{ ...SAME, NO_KK: true }] }],
    ['a score for what has none', { content: [{ ...SAME, NO_KK: 'Sesuai (100)' }] }],
    ['a score above 100', { content: [{ ...SAME, NAMA_LGKP: 'Sesuai (101)' }] }],
    ['a score that is none', { content: [{ ...SAME, NAMA_LGKP: 'Sesuai (-)' }] }],
    ['half a score', { content: [{ ...SAME, NAMA_LGKP: 'Sesuai (10' }] }],
    ['another NIK', { content: [{ ...SAME, NIK: '3171015708450001' }] }],
    [
      'the NIK as a number',
      `{"content":[{"NIK":${NIK},"NO_KK":"Sesuai","NAMA_LGKP":"Sesuai","TGL_LHR":"Sesuai"}]}`,
    ],
    ['a NIK that differs', { content: [{ ...SAME, NIK: 'Tidak Sesuai' }] }],
    ['a NIK that differs, of somebody deceased', coded('11', { NIK: 'Tidak Sesuai' })],
    ['somebody unknown of whom something is the same', coded('13', { NO_KK: 'Sesuai' })],
    ['somebody deceased, in other words', coded('11', { NO_KK: 'Cocok' })],
    ['somebody unknown, who is another', coded('13', { NIK: '3171015708450001' })],
    ['somebody unknown whose NIK is the same', coded('13', { NIK: 'Sesuai' })],
    ['another NIK at the top', { content: [SAME], NIK: '3171015708450001' }],
    ['two codes', { ...coded('13'), RESPONSE_CODE: '01' }],
    ['a code of three digits', coded('013')],
    ['a code in letters', coded('AB')],
    ['a code that is an object', coded({ code: '13' })],
    ['a wording without a code', { content: [{ RESPON: 'Data Tidak Ditemukan' }] }],
  ])('%s', (_, answer) => {
    expect(read(answer)).toMatchObject({ kind: 'none' });
  });

  test('whatever else it is, and it does not get into the words for it', () => {
    const values = fc.oneof(
      fc.json(),
      fc.string(),
      fc.jsonValue().map((value) => JSON.stringify({ content: value })),
    );
    fc.assert(
      fc.property(values, (text) => {
        const reading = read(text);
        expect(reading.kind).toBe('none');
        if (reading.kind === 'none') expect(reading.why).toMatch(/^an (empty answer|answer [a-zJSON ]+)$/);
      }),
    );
  });
});

test.each(['Tidak Sesuai', NIK])('somebody unknown may be told so beside the NIK: %s', (element) => {
  expect(read(coded('13', { NIK: element }))).toMatchObject({ answer: { code: '13', status: 0 } });
});
