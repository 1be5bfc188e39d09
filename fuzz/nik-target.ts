/** Identity numbers: whatever a field holds, sixteen digits or a fault that shows none of them; both ways of reading agree. */
import { maskIdentitiesIn } from '../src/identity/mask.ts';
import { birthDateOf, isNik, nikWarnings, originOf, parseNik } from '../src/identity/nik.ts';
import { readIdentityNumber } from '../src/ingest/identity-number.ts';
import { readPlainNik } from '../src/ingest/plain-nik.ts';
import { registrationNoShown } from '../src/ingest/shown.ts';
import type { Target } from './fuzzer.ts';

const WHOLE = /[0-9]{16}/;
const NO_NAMES = new Map<string, string>();

export function nikTarget(): Target {
  return {
    name: 'nik',
    watched: /\/src\/(identity|ingest)\//,
    beginnings: [
      '3171011708450001',
      '3171 0117-0845.0001',
      "'9601012902000001",
      '3.17E+15',
      '317101170845000O',
    ].map((text) => Buffer.from(text)),
    words: [
      '\u00a0',
      '\u2007',
      '\u202f',
      '\u2011',
      '\u2019',
      "'",
      'E+15',
      'e',
      ',',
      '.',
      '-',
      ' ',
      'O',
      'l',
      '٣',
      '３',
      '\0',
    ]
      .concat(['3171015708450001', '0000', '9999', '29', '02', '00', '\u200b', '\ufeff', '\n', '"'])
      .map((text) => Buffer.from(text)),
    run: (input) => {
      check(input.toString('utf8'));
      check(input.toString('latin1'));
    },
  };
}

function check(field: string): void {
  const read = readIdentityNumber(field);
  const bytes = Buffer.from(field);
  const numbers = { nikHigh: 0, nikLow: 0 };
  const isPlain = readPlainNik(bytes, 0, bytes.length, numbers);
  if (WHOLE.test(registrationNoShown(field))) throw new Error('a whole number is shown');
  if (WHOLE.test(maskIdentitiesIn(field))) throw new Error('a whole number is left');
  if (read.kind === 'faulty' && WHOLE.test(read.found)) throw new Error('a fault shows a whole number');
  if (isPlain !== (read.kind === 'digits' && !read.normalised))
    throw new Error('as bytes it is another thing than as text');
  if (read.kind === 'digits') checkDigits(read.digits, field);
}

function checkDigits(digits: string, field: string): void {
  if (!/^[0-9]{16}$/.test(digits)) throw new Error('digits that are not sixteen');
  if (field.replace(/[^0-9]/g, '') !== digits) throw new Error('digits that are not those of the field');
  const parts = parseNik(digits);
  const warned = nikWarnings(digits, '1990-10-20', 'P');
  const impossible = warned.includes('NIK_DATE_IMPOSSIBLE') || warned.includes('NIK_PROVINCE_UNKNOWN');
  if (isNik(Number(digits.slice(0, 8)), Number(digits.slice(8))) === impossible)
    throw new Error('a NIK that cannot be, or one that can and is warned of');
  if (parts === undefined) return;
  originOf(parts, NO_NAMES);
  const date = birthDateOf(parts, { on: '2021-04-30' });
  if (date !== undefined && new Date(date).toISOString().slice(0, 10) !== date)
    throw new Error('a day that is none');
}
