/** What an operator sees of the texts of a wave before anybody is sent one. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/project-root.ts';
import { runHere } from '../support/commands.ts';
import { type Installation, installation } from '../support/installation.ts';
import { documentOf, type ErrorDocument } from './document.ts';

const POLICY = join(projectRoot(), 'fixtures', 'small-wave', 'in', 'policy.yaml');

interface Text {
  readonly channel: string;
  readonly outcome: string;
  readonly reasons: readonly string[];
  readonly subject: string;
  readonly body: string;
  readonly html: string | null;
  readonly length: { readonly alphabet: string; readonly segments: number } | null;
}
interface PreviewDocument {
  readonly versions: Readonly<Record<string, string>>;
  readonly texts: readonly Text[];
}

let at: Installation;

beforeAll(async () => {
  at = await installation();
  expect(await runHere(at, `wave open 17 --policy ${POLICY}`, { DRAND_URL: 'none' })).toMatchObject({
    code: 0,
  });
});

async function preview(
  options: string,
  settings?: Readonly<Record<string, string>>,
): Promise<PreviewDocument> {
  const ended = await runHere(at, `notices preview 17 ${options} --json`.replace('  ', ' '), settings);
  expect(ended.code, ended.stderr).toBe(0);
  return documentOf<PreviewDocument>(ended);
}

describe('notices preview', () => {
  test('shows every outcome in every channel, with one reason and with several', async () => {
    const { texts, versions } = await preview('');
    expect(Object.keys(versions)).toEqual(['email', 'sms']);
    const outcomes = texts.filter(({ channel }) => channel === 'sms').map(({ outcome }) => outcome);
    expect(outcomes).toEqual([
      ...[
        'ACCEPTED',
        'RESERVE',
        'NOT_DRAWN',
        'HOUSEHOLD_CAP',
        'INELIGIBLE',
        'INELIGIBLE',
        'UNVERIFIED',
        'UNVERIFIED',
      ],
    ]);
    const turnedDown = texts.filter(({ outcome }) => outcome === 'INELIGIBLE');
    expect(turnedDown.map(({ reasons }) => reasons.length)).toEqual([1, 3, 1, 3]);
    expect(texts.every(({ channel, html }) => (html !== null) === (channel === 'email'))).toBe(true);
    expect(texts.find(({ channel, outcome }) => channel === 'sms' && outcome === 'ACCEPTED')).toMatchObject({
      length: { alphabet: 'GSM-7', segments: 1 },
    });
  });

  test('shows the reasons that are asked for', async () => {
    const { texts } = await preview('--channel file --outcome INELIGIBLE --reasons IN_SCHOOL,BLOCKED');
    expect(texts).toMatchObject([{ channel: 'file', reasons: ['IN_SCHOOL', 'BLOCKED'], html: null }]);
    expect(texts[0]?.body).toMatch(/^Yth\. Siti Contoh,\n[\s\S]*\n2\. Akun atau NIK Anda sedang diblokir/);
  });

  test('says in words what each is, and how long', async () => {
    const { stdout } = await runHere(at, 'notices preview 17 --outcome ACCEPTED');
    expect(stdout).toMatch(
      /^email · ACCEPTED\n {2}Subject: Selamat, .*gelombang 17\n\n {2}Yth\. Siti Contoh,\n\n/,
    );
    expect(stdout).toMatch(/\nsms · ACCEPTED\n {2}1\d\d septets of GSM-7, 1 segment\n\n {2}Selamat!/);
  });

  test('writes a page for its owner alone', async () => {
    const path = join(at.folder, 'texts.html');
    await preview(`--html ${path}`);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const page = await readFile(path, 'utf8');
    expect(page.match(/<iframe /g)).toHaveLength(8);
    expect(page).toContain('srcdoc="&lt;!doctype html&gt;');
  });

  test('takes texts of a file, and says all that is wrong with them', async () => {
    const path = join(at.folder, 'texts.yaml');
    await writeFile(path, "sms:\n  RESERVE: 'Cadangan gelombang {{gelombang}}. {{kontak}}'\n");
    const settings = { NOTICE_CONTACT: 'Info: 1500-538' };
    const one = await preview(`--channel sms --outcome RESERVE --templates ${path}`, settings);
    expect(one.texts[0]?.body).toBe('Cadangan gelombang 17. Info: 1500-538');
    expect(await preview('--channel sms --outcome RESERVE', { ...settings, NOTICE_TEMPLATES: path })).toEqual(
      one,
    );
    const ended = await runHere(at, `notices preview 17 --templates ${path} --json`);
    expect(ended.code).toBe(3);
    expect(documentOf<ErrorDocument>(ended).error).toMatchObject({
      message: expect.stringContaining('the file of texts'),
      faults: [{ where: `${path}:2:47` }],
    });
  });

  test.each([
    ['--reasons UNHEARD_OF', 3, 'UNHEARD_OF is no reason of the policy of wave 17'],
    ['--outcome ACEPTED', 2, 'did you mean ACCEPTED?'],
    ['--channel fax', 2, 'expected file or email or sms'],
  ])('refuses %s', async (options, code, what) => {
    const ended = await runHere(at, `notices preview 17 ${options}`);
    expect(ended).toMatchObject({ code, stderr: expect.stringContaining(what) });
  });
});
