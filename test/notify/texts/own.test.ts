import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GelombangError } from '../../../src/errors.ts';
import { readOwnTexts } from '../../../src/notify/texts/own.ts';
import { openTexts } from '../../../src/notify/texts.ts';
import { projectRoot } from '../../../src/project-root.ts';
import { sha256 } from '../../../src/proof/sha256.ts';
import { EVERYBODY, toldOf, written } from './told.ts';

const EXAMPLE = join(projectRoot(), 'fixtures', 'texts.yaml');

async function fileOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'texts-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'texts.yaml');
  await writeFile(path, text);
  return path;
}

function faultsOf(text: string, contact?: string) {
  try {
    readOwnTexts(text, 'texts.yaml', contact);
  } catch (error) {
    if (error instanceof GelombangError && error.code === 'INPUT_REFUSED') return error.faults;
    throw error;
  }
  return [];
}

function letter(kind: string, body: string, subject = 'Hasil'): string {
  const lines = body.split('\n').map((line) => (line === '' ? '' : `      ${line}`));
  return `email:\n  ${kind}:\n    subject: '${subject}'\n    body: |\n${lines.join('\n')}\n`;
}

describe('texts of a file', () => {
  const OWN = `email:
  INELIGIBLE:
    subject: 'Gelombang {{gelombang}}: untuk {{nama}}'
    body: |
      Halo {{ nama }},

      ada {{jumlah_alasan}} alasan:

      {{alasan}}

      Tanya: {{kontak}}
      atau datang.
sms:
  ACCEPTED: |
    Anda diterima di gelombang {{gelombang}}, beli dalam {{hari}} hari.
`;

  test('stand in place of the built-in ones, and those for the others', async () => {
    const given = { templates: await fileOf(OWN), contact: 'Siti & Co' };
    const { subject, body, html } = await written('email', toldOf('INELIGIBLE', ['BLOCKED']), given);
    expect(subject).toBe('Gelombang 17: untuk BUDI SANTOSO');
    expect(body).toMatch(
      /^Halo BUDI SANTOSO,\n\nada 1 alasan:\n\n1\. Akun.*\n {3}.+\n\nTanya: Siti & Co\natau datang\.\n$/,
    );
    expect(html).toContain('>Tanya: Siti &amp; Co<br>atau datang.</p>');
    expect((await written('sms', toldOf('ACCEPTED'), given)).body).toBe(
      'Anda diterima di gelombang 17, beli dalam 30 hari.',
    );
    for (const channel of ['file', 'sms'] as const)
      expect(await written(channel, toldOf('NOT_DRAWN'), given)).toEqual(
        await written(channel, toldOf('NOT_DRAWN'), { contact: given.contact }),
      );
  });

  test('put what they are given in once', async () => {
    const given = { templates: await fileOf(OWN), contact: '{{alasan}} {{nama}}', name: '{{kontak}}' };
    const { body } = await written('email', toldOf('INELIGIBLE', ['BLOCKED']), given);
    expect(body).toMatch(/^Halo \{\{kontak\}\},\n/);
    expect(body).toContain('\nTanya: {{alasan}} {{nama}}\n');
  });

  test('are part of the document, by which they are known', async () => {
    const versionOf = async (text: string) =>
      sha256((await openTexts('sms', { templates: await fileOf(text), contact: undefined })).document, 'hex');
    const text = 'sms:\n  RESERVE: Anda cadangan.\n';
    expect(await versionOf(text)).toBe(await versionOf(`# Another note\n${text}`));
    expect(await versionOf(text)).not.toBe(await versionOf(text.replace('cadangan', 'menunggu')));
  });

  test('as the example has them are right', async () => {
    for (const told of EVERYBODY)
      for (const channel of ['email', 'sms'] as const)
        expect(await written(channel, told, { templates: EXAMPLE })).toMatchObject({
          body: expect.any(String),
        });
    expect((await written('email', toldOf('NOT_DRAWN'), { templates: EXAMPLE })).body).not.toEqual(
      (await written('email', toldOf('NOT_DRAWN'))).body,
    );
  });
});

describe('what is wrong with a file', () => {
  test.each([
    [
      'an unknown name',
      letter('NOT_DRAWN', 'Ada {{calom}}.'),
      '5:11',
      /^email\.NOT_DRAWN\.body: \{\{calom\}\} is unknown: did you mean \{\{calon\}\}\?$/,
    ],
    [
      'one of another outcome',
      letter('NOT_DRAWN', 'Dalam {{hari}} hari.'),
      '5:13',
      /\{\{hari\}\} is not known in email\.NOT_DRAWN: there are \{\{gelombang\}\}, /,
    ],
    [
      'one that no SMS has',
      "sms:\n  RESERVE: 'Yth. {{nama}}'\n",
      '2:18',
      /\{\{nama\}\} is not known in sms\.RESERVE/,
    ],
    ['a contact that is not set', letter('RESERVE', '{{kontak}}'), '5:7', /NOTICE_CONTACT, which is not set/],
    [
      'the second of two alike',
      letter('RESERVE', 'a {{x}}\nb {{x}}').replace('a {{x}}', 'a {{nama}}'),
      '6:9',
      /\{\{x\}\} is unknown/,
    ],
    ['no reasons', letter('INELIGIBLE', 'Maaf.'), '4:11', /expected \{\{alasan\}\} in it/],
    ['no days', letter('ACCEPTED', 'Selamat.'), '4:11', /expected \{\{hari\}\} in it/],
    [
      'reasons in the middle of a line',
      letter('INELIGIBLE', 'Sebab: {{alasan}}'),
      '4:11',
      /expected an empty line before and after/,
    ],
    [
      'reasons in a subject',
      letter('INELIGIBLE', '{{alasan}}', 'X {{alasan}}'),
      '3:17',
      /belongs into the body/,
    ],
    [
      'a brace too few',
      letter('RESERVE', 'Gelombang {gelombang.'),
      '5:17',
      /\{: expected names in two braces/,
    ],
    [
      'a brace that is not closed',
      letter('RESERVE', 'Gelombang {{gelombang'),
      '5:17',
      /\{\{: expected names in two braces/,
    ],
    ['an unknown outcome', letter('ACEPTED', 'x'), '2:3', /^email\.ACEPTED is unknown$/],
    ['an unknown channel', 'emial:\n  ACCEPTED: x\n', '1:1', /^emial is unknown$/],
    [
      'an unknown part',
      'email:\n  RESERVE:\n    subject: a\n    body: b\n    html: c\n',
      '5:5',
      /^email\.RESERVE\.html is unknown$/,
    ],
    ['no subject', 'email:\n  RESERVE:\n    body: b\n', '3:5', /^email\.RESERVE\.subject is missing$/],
    ['a number', 'sms:\n  RESERVE: 17\n', '2:12', /^sms\.RESERVE: expected a text$/],
    ['nothing', 'sms:\n  RESERVE:\n', '2:11', /^sms\.RESERVE: expected a text$/],
    ['a text where outcomes belong', 'sms: Halo\n', '1:6', /^sms: expected ACCEPTED, RESERVE/],
    ['a blank text', "sms:\n  RESERVE: ' '\n", '2:12', /^sms\.RESERVE: expected a text$/],
    [
      'a subject of two lines',
      letter('RESERVE', 'x').replace("'Hasil'", '"a\\nb"'),
      '3:14',
      /expected a single line/,
    ],
    ['a control character', 'sms:\n  RESERVE: "a\\u0000b"\n', '2:12', /control characters/],
    [
      'an accepted SMS that is too long',
      `sms:\n  ACCEPTED: 'Gelombang {{gelombang}} ${'a'.repeat(150)}'\n`,
      '2:13',
      /up to 165 characters of GSM-7: 2 segments, and it may have 1$/,
    ],
    [
      'one that a quote makes too long',
      `sms:\n  ACCEPTED: Selamat, Anda sudah “diterima” di gelombang {{gelombang}} Kartu Prakerja tahun ini.\n`,
      '2:13',
      /of UCS-2, since “ ” is not in the alphabet GSM-7: 2 segments/,
    ],
    [
      'another SMS that is too long',
      `sms:\n  RESERVE: ${'a'.repeat(500)}\n`,
      '2:12',
      /4 segments, and it may have 3$/,
    ],
    [
      'a subject that is too long',
      letter('RESERVE', 'x', 'a'.repeat(151)),
      '3:14',
      /a subject has 150 at the most/,
    ],
    ['an alias', 'sms:\n  RESERVE: &a x\n  NOT_DRAWN: *a\n', '3:14', /an alias, \*a/],
    ['a key given twice', 'sms:\n  RESERVE: x\n  RESERVE: y\n', '3:3', /RESERVE is given more than once/],
    ['no YAML', 'sms: {\n', '2:1', /no valid YAML/],
    ['an empty file', '', '1:1', /the file is empty: expected email or sms/],
    ['a file that is too large', `sms:\n  RESERVE: ${'a'.repeat(70_000)}\n`, '1:1', /more than 65536 bytes/],
  ])('is told of %s', (_, text, place, what) => {
    expect(faultsOf(text)).toMatchObject([
      { where: `texts.yaml:${place}`, what: expect.stringMatching(what) },
    ]);
  });

  test('is told whole, in the order of the file', () => {
    const text = `${letter('RESERVE', '{{a}} {{b}}\n\n{{c}}')}sms:\n  ACEPTED: x\n`;
    expect(faultsOf(text).map(({ where }) => where)).toEqual(
      ['5:7', '5:13', '7:7', '9:3'].map((place) => `texts.yaml:${place}`),
    );
  });

  test('comes with what was meant', () => {
    expect(faultsOf('sms:\n  ACEPTED: x\n')).toMatchObject([{ hint: 'Did you mean ACCEPTED?' }]);
  });

  test('names the file, where there is none', async () => {
    await expect(
      openTexts('sms', { templates: '/nowhere/texts.yaml', contact: undefined }),
    ).rejects.toMatchObject({
      code: 'INPUT_REFUSED',
      message: '/nowhere/texts.yaml: there is no such file',
    });
  });
});
