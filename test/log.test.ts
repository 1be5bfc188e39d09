import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVENTS, logEvent } from '../src/events.ts';
import { createLog } from '../src/log.ts';
import { redact, redactJson } from '../src/redact.ts';

const NIK = '3171011708450001';
const MASKED = '317101******0001';

function lines(pretty = false) {
  const written: string[] = [];
  const log = createLog({ level: 'debug', pretty, stream: { write: (line) => written.push(line) } });
  return { log, written };
}

describe('what is masked in a text', () => {
  test.each([
    ['on end', NIK, MASKED],
    ['in a sentence', `NIK ${NIK}, line 7`, `NIK ${MASKED}, line 7`],
    ['in fours', '3171 0117 0845 0001', MASKED],
    ['as it is made up', '317101 170845 0001', MASKED],
    ['with dots', '31.71.01.170845.0001', MASKED],
    ['with dashes', '3171-0117-0845-0001', MASKED],
    ['with no-break spaces', '3171\u00a00117\u00a00845\u00a00001', MASKED],
    ['after another number', 'line 12 3171 0117 0845 0001', `line 12 ${MASKED}`],
    ['right after letters', `NIK${NIK}`, `NIK${MASKED}`],
    ['two of them', `${NIK} 3273056010900009`, `${MASKED} 327305******0009`],
    ['two of them in fours', '3171 0117 0845 0001 3273 0560 1090 0009', `${MASKED} 327305******0009`],
    ['longer than a NIK', `${NIK}99`, '317101******0199'],
    ['Papua, past 2^53', '9171011708450001', '917101******0001'],
    ['a province that begins like a telephone number', '6208 1234 5678 9012', '620812******9012'],
    ['a date before it', `2021-04-30 ${NIK}`, `2021-04-30 ${MASKED}`],
  ])('NIK: %s', (_, text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  test.each([
    '081234567890',
    '0812-3456-7890',
    '0812 3456 7890',
    '+62 812 3456 7890',
    '+6281234567890',
    '6281234567890',
    '62 812-3456-789',
    '+62 21 1234567',
  ])('telephone: %s', (phone) => {
    expect(redact(`call ${phone}, please`)).toBe('call [phone], please');
    expect(redact(`line 17 ${phone}`)).toBe('line 17 [phone]');
    expect(redact(`2021-04-30 ${phone}`)).toBe('2021-04-30 [phone]');
  });

  test.each(['budi@example.com', 'budi.s+prakerja@mail.example.co.id', 'BUDI_1945@EXAMPLE.ID'])(
    'e-mail: %s',
    (email) => {
      expect(redact(`<${email}>`)).toBe('<[email]>');
    },
  );

  test('the password of an address', () => {
    expect(redact('postgres://gelombang:s3cret@localhost:5432/gelombang')).toBe(
      'postgres://[credentials]@localhost:5432/gelombang',
    );
    expect(redact('redis://:s3cret@db.example.com:6379')).toBe('redis://[credentials]@db.example.com:6379');
  });

  test('every 16-digit number, whatever stands around it and between its digits', () => {
    const nik = fc.stringMatching(/^[1-9]\d{15}$/);
    const separator = fc.constantFrom('', ' ', '.', '-', '\u00a0', '\u2013');
    const around = fc.constantFrom('', ' ', ':', '"', 'NIK', ' = ', '\n', "'");
    fc.assert(
      fc.property(nik, separator, around, around, (digits, between, before, after) => {
        const groups = digits.match(/.{4}/g)?.join(between);
        const shown = redact(`${before}${groups}${after}`);
        expect(shown).toBe(`${before}${digits.slice(0, 6)}******${digits.slice(-4)}${after}`);
      }),
    );
  });
});

describe('what is left alone', () => {
  test.each([
    '1732230000000',
    'from 1732230000000 to 1732230000001',
    '2021-04-30T17:00:00.123+07:00',
    '2021-04-30 17:00:00',
    '2021-04-30 2021-05-01 2021-05-02 2021-05-03',
    '5368709120 bytes',
    'pid 1234567',
    '127.0.0.1:54321',
    'rows 100 200 300 400 500 600',
    'PostgreSQL 18.4, build 20260101',
    'ab12cd34ef560812',
    'wave 17, 600000 seats, 1145123 candidates',
  ])('%s', (text) => {
    expect(redact(text)).toBe(text);
  });

  test('hashes and UUIDs', () => {
    for (let round = 0; round < 2000; round++) {
      const hash = createHash('sha256').update(String(round)).digest('hex');
      const uuid = randomUUID();
      expect(redact(`${hash} ${uuid}`)).toBe(`${hash} ${uuid}`);
    }
  });
});

test('a long text without anything in it, and one full of near misses, take no long time', () => {
  const started = performance.now();
  for (const piece of ['a', '1 ', '12-', 'a.', '0812 ', 'x@', '1234567890abcdef'])
    redact(piece.repeat(100_000 / piece.length));
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('a redacted line of JSON still is JSON, and escapes hide nothing', () => {
  const line = JSON.stringify({
    time: 1732230000000,
    took: 0.1234567890123456,
    id: 3171011708450001,
    text: `\n08123456789\t${NIK}`,
  });
  expect(JSON.parse(redactJson(`${line}\n`))).toEqual({
    time: 1732230000000,
    took: 0.1234567890123456,
    id: MASKED,
    text: `\n[phone]\t${MASKED}`,
  });
});

describe('the log', () => {
  test('keeps personal data out of messages, fields, names of fields and stack traces', () => {
    const { log, written } = lines();
    const cause = new Error(`Key (nik)=(${NIK}) already exists, budi@example.com`);
    log.error({ err: new Error(`row of ${NIK}`, { cause }), error: cause, [NIK]: 1 }, `refused ${NIK}`);
    log.child({ source: `0812-3456-7890 ${NIK}` }).warn({ deep: { deeper: [{ text: NIK }] } }, 'child');
    const all = written.join('');
    expect(all).not.toMatch(/\d{16}|budi@|0812/);
    expect(all).toContain(MASKED);
    expect(written.map((line) => JSON.parse(line).level)).toEqual(['error', 'warn']);
  });

  test('says of an error what it is, and nothing of what a driver hangs on it', () => {
    const { log, written } = lines();
    const client = { secretKey: 1_686_041_936, processID: 4711 };
    log.error({ err: Object.assign(new Error('gone'), { code: '57P01', client }) }, 'lost');
    const [{ err } = { err: {} }] = written.map((line) => JSON.parse(line));
    expect(Object.keys(err)).toEqual(['type', 'message', 'stack', 'code']);
    expect(err).toMatchObject({ type: 'Error', message: 'gone', code: '57P01' });
  });

  test('masks secret fields by their name', () => {
    const { log, written } = lines();
    log.info({
      full_name: 'BUDI SANTOSO',
      row: { kk: 'x', entropy: 'ab' },
      rows: [{ nik: 1 }],
      a: { b: { c: { password: 'p' } } },
    });
    log.info({ column: 'nik', seed: 'ab' }, 'no secret');
    expect(JSON.parse(written[1] ?? '')).toMatchObject({ column: 'nik', seed: 'ab' });
    expect(JSON.parse(written[0] ?? '')).toMatchObject({
      full_name: '[masked]',
      row: { kk: '[masked]', entropy: '[masked]' },
      rows: [{ nik: '[masked]' }],
      a: { b: { c: { password: '[masked]' } } },
    });
  });

  test('for a person is as silent about persons', () => {
    const { log, written } = lines(true);
    log.error({ err: new Error(`row of ${NIK}`), id: 3171011708450001 }, `refused ${NIK}`);
    expect(written.join('')).toContain(`refused ${MASKED}`);
    expect(written.join('')).not.toContain(NIK);
  });

  test('loses nothing when the process ends on the next line', () => {
    const script = `
      import { createLog } from ${JSON.stringify(new URL('../dist/src/log.js', import.meta.url).href)};
      for (const pretty of [true, false]) {
        const log = createLog({ level: 'info', pretty });
        for (let n = 1; n <= 500; n++) log.info('number ' + n + '.');
      }
      process.exit(0);`;
    const shown = execFileSync(
      'sh',
      ['-c', '"$0" --input-type=module --eval "$1" 2>&1', process.execPath, script],
      {
        encoding: 'utf8',
      },
    );
    expect(shown.match(/number 500\./g)).toHaveLength(2);
  });
});

describe('events', () => {
  test('are logged under their name, at their level, with their fields and a sentence', () => {
    const { log, written } = lines();
    logEvent(log, 'wave.published', { wave: 17, accepted: 600000, run: 3 });
    logEvent(log, 'worker.stopped');
    expect(written.map((line) => JSON.parse(line))).toMatchObject([
      {
        level: 'info',
        event: 'wave.published',
        wave: 17,
        accepted: 600000,
        run: 3,
        msg: 'Wave 17 is published: 600000 accepted',
      },
      { level: 'info', event: 'worker.stopped', msg: 'The worker has stopped' },
    ]);
  });

  test('do not compile when unknown or incomplete', () => {
    const { log } = lines();
    // @ts-expect-error: there is no such event
    expect(() => logEvent(log, 'wave.forgotten')).toThrow();
    // @ts-expect-error: the wording names the wave
    logEvent(log, 'wave.opened');
    // @ts-expect-error: the wording names the file too
    logEvent(log, 'import.started', { kind: 'registry' });
  });

  test('are worded as a sentence that names no field of a person', () => {
    for (const { wording } of Object.values(EVENTS)) {
      expect(wording).toMatch(/^[A-Z{]/);
      expect(wording).not.toMatch(/\{(nik|kk|email|phone|full_name)\}/);
    }
  });
});
