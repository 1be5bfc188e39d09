/** All texts of all policies that come along: what they must hold, and what none of them may. */
import { type ParsedMail, simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import type { Told } from '../../../src/notify/texts/kinds.ts';
import { nameForLetter } from '../../../src/notify/texts/letters.ts';
import { segmentsOf } from '../../../src/notify/texts/segments.ts';
import type { Written } from '../../../src/notify/texts.ts';
import { reasonCodes } from '../../../src/policy/reasons.ts';
import { redact } from '../../../src/redact.ts';
import { EVERYBODY, policyOf, written } from './told.ts';

const POLICIES = [
  'policies/2020.yaml',
  'policies/2021.yaml',
  'policies/2023.yaml',
  'policies/2024.yaml',
  'fixtures/small-wave/in/policy.yaml',
].map((path) => ({ path, policy: policyOf(path) }));

const SUBJECT_LENGTH = 78;

/** What a text looks like in which something was not filled in, in which code shows, or whom it should not know. */
const AMISS = /undefined|null|NaN|Invalid|\[object|[{}\0]|[A-Z]+_[A-Z]|\d{10}|REG-|@|\+62/;

function expectWhole(text: string): void {
  expect(text).not.toMatch(AMISS);
  expect(redact(text)).toBe(text);
}

async function parsed(html: string): Promise<ParsedMail> {
  return simpleParser(
    `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${html}`,
  );
}

/** In the order of the text, without the numbers of a list. */
function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '' && !/^\d+\.$/.test(word));
}

async function expectSameWords({ body, html = '' }: Written): Promise<void> {
  const shown = html.slice(html.indexOf('<body'));
  expect(wordsOf((await parsed(shown)).text ?? '')).toEqual(wordsOf(body));
}

describe.each(POLICIES)('by $path', ({ policy }) => {
  const alone = reasonCodes(policy).map((reason): Told => ({ outcome: 'INELIGIBLE', reasons: [reason] }));
  const all: Told = { outcome: 'INELIGIBLE', reasons: reasonCodes(policy) };

  test.each([...EVERYBODY, ...alone, all])('$outcome $reasons is told in every channel', async (told) => {
    const [file, email, sms] = [
      await written('file', told, { wave: { policy } }),
      await written('email', told, { wave: { policy } }),
      await written('sms', told, { wave: { policy } }),
    ];
    expect(email).toEqual({ ...file, html: expect.any(String) });
    expect(file.subject.length).toBeLessThanOrEqual(SUBJECT_LENGTH);
    for (const text of [file.subject, file.body, sms.body]) expectWhole(text);
    expect(file.body).toMatch(/^Yth\. BUDI SANTOSO,\n\n[\s\S]+\n\nSalam,\nKartu Prakerja\n$/);
    expect(sms.subject).toBe('');
    expect(sms.body).not.toContain('BUDI');
    expect(segmentsOf(sms.body)).toMatchObject({ alphabet: 'GSM-7' });
    await expectSameWords(email);
  });
});

describe('the HTML of a letter', () => {
  test('opens and closes its elements in turn', async () => {
    const { html = '' } = await written('email', {
      outcome: 'INELIGIBLE',
      reasons: ['IN_SCHOOL', 'BLOCKED'],
    });
    const open: string[] = [];
    for (const [, close, name = ''] of html.matchAll(/<(\/?)([a-z0-9]+)[^>]*>/g)) {
      if (close === '/') expect(open.pop()).toBe(name);
      else if (!['meta', 'br'].includes(name)) open.push(name);
    }
    expect(open).toEqual([]);
    expect(html.match(/<li /g)).toHaveLength(2);
  });

  test('fetches nothing, and runs nothing', async () => {
    const { html = '' } = await written('email', { outcome: 'ACCEPTED', reasons: [] });
    expect(html).not.toMatch(/https?:|src=|url\(|<script|<img|<link|<a /);
    expect(html).toMatch(/^<!doctype html>\n<html lang="id">/);
  });
});

describe('what is typed into the field for the name', () => {
  const ACCEPTED: Told = { outcome: 'ACCEPTED', reasons: [] };

  test('is text in HTML, whatever it is', async () => {
    const name = `<img src=x onerror="alert('1')"> & Co`;
    const { html = '', body } = await written('email', ACCEPTED, { name });
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; Co');
    expect(html).not.toContain('<img');
    expect(body).toContain(`Yth. ${name},`);
    await expectSameWords({ subject: '', body, html });
  });

  test.each(['{{alasan}}', '{{nama}}', '$&', "$'", '%s'])('stays %s', async (name) => {
    const { html = '', body } = await written('email', ACCEPTED, { name });
    expect(body.split('\n')[0]).toBe(`Yth. ${name},`);
    expect(html).toContain(`Yth. ${name.replace('&', '&amp;').replace("'", '&#39;')},<`);
  });

  test('neither adds lines nor leaks a number', () => {
    expect(nameForLetter(' Budi\r\nBcc: x 3171011708450001\0 ')).toBe('Budi Bcc: x 317101******0001');
    expect(nameForLetter('Siti siti@example.org 081234567890')).toBe('Siti [email] [phone]');
  });
});
