/** Messages as they arrive, read by another's parser; and their signature, verified as RFC 6376 has it. */
import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { type ParsedMail, simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import type { OutgoingNotice } from '../../../src/notify/port.ts';
import type { EmailSettings } from '../../../src/notify/settings.ts';
import { stationOf } from './station.ts';

async function textOf(
  notice: Partial<OutgoingNotice>,
  settings: Partial<EmailSettings> = {},
): Promise<string> {
  const { server, send } = await stationOf(undefined, settings);
  expect(await send(notice)).toEqual({ state: 'sent' });
  return server.texts[0]?.toString('latin1') ?? '';
}

async function arrived(
  notice: Partial<OutgoingNotice>,
  settings: Partial<EmailSettings> = {},
): Promise<ParsedMail> {
  return simpleParser(Buffer.from(await textOf(notice, settings), 'latin1'));
}

const BODY = `Yth. Nyoman Śrī,

Data Anda lengkap dan tidak ada yang salah.${' Peminatnya lebih banyak daripada tempatnya.'.repeat(30)}
.satu titik di awal baris
Salam – “Kartu Prakerja”
`;

test('the text arrives as it was written, with the subject and the one recipient', async () => {
  const subject = 'Anda belum terpilih – gelombang 17 “ę”';
  const mail = await arrived({ subject, body: BODY });
  expect(mail.text).toBe(BODY);
  expect(mail.html).toBe(false);
  expect(mail.subject).toBe(subject);
  expect(mail.to).toMatchObject({ value: [{ address: 'budi.santoso@mail.example', name: '' }] });
  expect(mail.from?.value).toEqual([{ address: 'info@prakerja.example', name: 'Kartu Prakerja' }]);
  expect([mail.cc, mail.bcc, mail.replyTo]).toEqual([undefined, undefined, undefined]);
});

test('the HTML arrives beside the text', async () => {
  const html = `<!doctype html><html lang="id"><body><p>Yth. Nyoman Śrī, ${'baris yang panjang '.repeat(90)}</p></body></html>`;
  const mail = await arrived({ body: BODY, html });
  expect([mail.text, mail.html]).toEqual([BODY, html]);
  expect(mail.headers.get('content-type')).toMatchObject({ value: 'multipart/alternative' });
});

test('every attempt has the same Message-ID, and says that a machine wrote it', async () => {
  const { server, send } = await stationOf();
  await send({ id: '17-REG/1 @ü-email' });
  await send({ id: '17-REG/1 @ü-email' });
  expect([...server.received]).toEqual([['17-REG_2f_1_20__40__fc_-email@prakerja.example', 2]]);
  const mail = await simpleParser(server.texts[0] ?? '');
  expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  expect(Math.abs(Date.now() - (mail.date?.getTime() ?? 0))).toBeLessThan(600_000);
});

test('the sender and those who are answered may have names that are not ASCII', async () => {
  const mail = await arrived(
    {},
    { from: '"Kartu Prakerja, Déwan" <info@prakerja.example>', replyTo: 'Šéf <tanya@prakerja.example>' },
  );
  expect(mail.from?.value).toEqual([{ address: 'info@prakerja.example', name: 'Kartu Prakerja, Déwan' }]);
  expect(mail.replyTo?.value).toEqual([{ address: 'tanya@prakerja.example', name: 'Šéf' }]);
});

test('a domain that is not ASCII is written as the mail has it', async () => {
  const { server, send } = await stationOf();
  await send({ email: 'budi@bücher.example' });
  expect(server.texts[0]?.toString()).toContain('To: budi@xn--bcher-kva.example');
});

test('nothing in a subject becomes a header', async () => {
  const mail = await arrived({ subject: 'Halo\r\nBcc: siti@mail.example\r\n\r\nX\u2028Y\u0000' });
  expect(mail.subject).toBe('Halo Bcc: siti@mail.example X Y');
  expect([mail.bcc, mail.text]).toEqual([undefined, 'Yth. Budi,\n\nAnda diterima.\n']);
});

describe('the way out', () => {
  const page = 'https://prakerja.example/berhenti?dari=surel';

  test('is for all but the accepted', async () => {
    const text = await textOf(
      { outcome: 'NOT_DRAWN' },
      { unsubscribe: 'mailto:berhenti@prakerja.example?subject=stop' },
    );
    expect(text).toContain('\r\nList-Unsubscribe: <mailto:berhenti@prakerja.example?subject=stop>\r\n');
    expect(text).not.toContain('List-Unsubscribe-Post');
    expect(await textOf({ outcome: 'ACCEPTED' }, { unsubscribe: page })).not.toContain('List-Unsubscribe');
  });

  test('is one click where it is a page', async () => {
    const text = await textOf({ outcome: 'INELIGIBLE' }, { unsubscribe: page });
    expect(text).toContain(`\r\nList-Unsubscribe: <${page}>\r\n`);
    expect(text).toContain('\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
  });
});

describe('a signature', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const dkim = { domain: 'prakerja.example', selector: 's2026', privateKey: pem };
  const unsubscribe = 'https://prakerja.example/berhenti';

  test.each(['ACCEPTED', 'NOT_DRAWN'])('is of the whole message to one who is %s', async (outcome) => {
    const text = await textOf({ outcome, body: BODY, html: '<p>Śrī</p>' }, { dkim, unsubscribe });
    const { tags, isWhole, isSigned } = signatureOf(
      text,
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    );
    expect([tags.get('d'), tags.get('s'), tags.get('a'), tags.get('c')]).toEqual([
      ...['prakerja.example', 's2026', 'rsa-sha256', 'relaxed/relaxed'],
    ]);
    expect([isWhole, isSigned]).toEqual([true, true]);
    const signed = (tags.get('h') ?? '').toLowerCase().split(':');
    expect(signed).toEqual(
      expect.arrayContaining(['from', 'to', 'subject', 'date', 'message-id', 'auto-submitted']),
    );
    expect(signed.includes('list-unsubscribe-post')).toBe(outcome !== 'ACCEPTED');
  });

  test('does not hold for another message', async () => {
    const text = (await textOf({}, { dkim })).replace('Subject: Selamat', 'Subject: Sayang');
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(signatureOf(text, pem)).toMatchObject({ isWhole: true, isSigned: false });
    expect(signatureOf(text.replace('diterima', 'ditolak'), pem).isWhole).toBe(false);
  });
});

/** Relaxed for headers and body, as RFC 6376, 3.4.2 and 3.4.4. */
function signatureOf(text: string, key: string) {
  const end = text.indexOf('\r\n\r\n');
  const headers = text
    .slice(0, end)
    .replace(/\r\n(?=[ \t])/g, '')
    .split('\r\n');
  const body = text
    .slice(end + 4)
    .replace(/[ \t]+(?=\r\n)/g, '')
    .replace(/[ \t]+/g, ' ')
    .replace(/(\r\n)*$/, '\r\n');
  const relaxed = (name: string) => {
    const header = headers.find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`)) ?? '';
    return `${name.toLowerCase()}:${header
      .slice(name.length + 1)
      .replace(/[ \t]+/g, ' ')
      .trim()}`;
  };
  const signature = relaxed('DKIM-Signature');
  const tags = new Map(
    signature
      .slice('dkim-signature:'.length)
      .split(';')
      .map((tag) => tag.split(/=(.*)/s).map((part) => part.replace(/\s/g, '')) as [string, string]),
  );
  const names = (tags.get('h') ?? '').split(':');
  const signed = [...names.map(relaxed), signature.replace(/(?<=; ?b=).*$/, '')].join('\r\n');
  return {
    tags,
    isWhole: createHash('sha256').update(body, 'latin1').digest('base64') === tags.get('bh'),
    isSigned: verify(
      'sha256',
      Buffer.from(signed, 'latin1'),
      createPublicKey(key),
      Buffer.from(tags.get('b') ?? '', 'base64'),
    ),
  };
}
