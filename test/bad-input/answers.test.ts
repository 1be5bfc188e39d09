/** What other systems answer: rounds of a beacon, and answers of the registry in files. None is believed for its form alone. */

import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beaconGiven } from '../../src/cli/beacon.ts';
import { GelombangError } from '../../src/errors.ts';
import { importAnswers } from '../../src/ingest/answers.ts';
import { projectRoot } from '../../src/project-root.ts';
import { fetchBeacon } from '../../src/wave/beacon-fetch.ts';
import { exchanged } from '../support/exchange.ts';
import { fileOf, type Installation, installation } from '../support/installation.ts';
import { open, waveFrom } from '../support/wave.ts';

/** Round 1000 of quicknet, which has been published. */
const ROUND = 1000;
const SIGNATURE =
  'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39';
const GOOD = { round: ROUND, signature: SIGNATURE };

let at: Installation;

beforeAll(async () => {
  at = await installation();
});

const ROUNDS: readonly [name: string, text: string, words: string][] = [
  ['nothing', '', 'is not the JSON of a round'],
  ['no JSON', '<html>404</html>', 'is not the JSON of a round'],
  ['JSON that is cut off', JSON.stringify(GOOD).slice(0, -5), 'is not the JSON of a round'],
  ['null', 'null', 'is not the JSON of a round'],
  ['a sequence', '[1000]', 'is not the JSON of a round'],
  ['a round in words', JSON.stringify({ ...GOOD, round: '1000' }), 'is not the JSON of a round'],
  ['a round below 1', JSON.stringify({ ...GOOD, round: 0 }), 'is not the JSON of a round'],
  ['a part of a round', JSON.stringify({ ...GOOD, round: 1000.5 }), 'is not the JSON of a round'],
  ['a round of 1e309', `{"round":1e309,"signature":"${SIGNATURE}"}`, 'is not the JSON of a round'],
  ['a round beyond 2^53', `{"round":9007199254740993,"signature":"${SIGNATURE}"}`, 'is not the JSON'],
  ['no signature', JSON.stringify({ round: ROUND }), 'is not the JSON of a round'],
  [
    'a signature that is cut off',
    JSON.stringify({ ...GOOD, signature: SIGNATURE.slice(2) }),
    'is not the JSON',
  ],
  ['a signature of no point', JSON.stringify({ ...GOOD, signature: 'f'.repeat(96) }), 'is not that of round'],
  ['the signature of another round', JSON.stringify({ ...GOOD, round: 1001 }), 'is not that of round 1001'],
  ['the randomness of another', JSON.stringify({ ...GOOD, randomness: '0'.repeat(64) }), 'the randomness in'],
  ['a prototype', `{"__proto__":${JSON.stringify(GOOD)}}`, 'is not the JSON of a round'],
  ['much more than a round', JSON.stringify({ ...GOOD, x: 'x'.repeat(70_000) }), 'too large'],
];

describe('a round in a file is refused that is', () => {
  test.each(ROUNDS)('%s', async (_, text, words) => {
    const path = await fileOf(at, 'round.json', text);
    const error: unknown = await beaconGiven(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GelombangError);
    expect(error).toMatchObject({ code: 'INPUT_REFUSED', message: expect.stringContaining(words) });
  });

  test('in UTF-16', async () => {
    const path = join(at.folder, 'round.json');
    await writeFile(path, Buffer.from(`\ufeff${JSON.stringify(GOOD)}`, 'utf16le'));
    await expect(beaconGiven(path)).rejects.toMatchObject({ code: 'INPUT_REFUSED' });
  });
});

describe('a server of the beacon is not believed that answers with', () => {
  let answer: (path: string) => string = () => '';
  const server = createServer(({ url = '' }, response) => void response.end(answer(url)));
  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  beforeAll(() => new Promise<void>((done) => void server.listen(0, '127.0.0.1', done)));
  afterAll(() => new Promise<void>((done) => void server.close(() => done())));
  const fetched = () => fetchBeacon([address()], ROUND, new AbortController().signal);

  test.each(ROUNDS)('%s', async (_, text) => {
    answer = () => text;
    await expect(fetched()).rejects.toMatchObject({
      code: 'INPUT_REFUSED',
      faults: [{ what: expect.any(String) }],
    });
  });

  test('more than any round has: no more of it is read', async () => {
    let sent = 0;
    server.removeAllListeners('request');
    server.on('request', (_, response) => {
      const chunk = Buffer.alloc(1 << 16, 'x');
      const more = () => {
        while (sent < 1 << 28 && !response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    });
    await expect(fetched()).rejects.toMatchObject({ code: 'INPUT_REFUSED' });
    expect(sent).toBeLessThan(1 << 26);
  });
});

describe('of a file of answers', () => {
  const HEADER = 'nik,kk,full_name,birth_date,sex,status';
  const answered = (text: string, asOf?: string) =>
    fileOf(at, 'answers.csv', text).then((path) =>
      importAnswers(
        at.database,
        { path, asOf, signal: new AbortController().signal, onProgress: () => {} },
        at.log,
      ),
    );
  beforeAll(async () => {
    await open(at, exchanged(await waveFrom(join(projectRoot(), 'fixtures', 'small-wave', 'in'))));
  });

  test.each<[name: string, row: string, code: string]>([
    [
      'a status that there is not',
      '3171011708450001,3171010101010002,Siti,2000-01-03,P,ALIVE',
      'VALUE_NOT_ALLOWED',
    ],
    [
      'a status in small letters',
      '3171011708450001,3171010101010002,Siti,2000-01-03,P,active',
      'VALUE_NOT_ALLOWED',
    ],
    ['no status', '3171011708450001,3171010101010002,Siti,2000-01-03,P,', 'VALUE_NOT_ALLOWED'],
    ['a formula for a NIK', '=1+1,3171010101010002,Siti,2000-01-03,P,ACTIVE', 'NIK_FORMAT'],
    ['a NIK that a spreadsheet had', '3.17E+15,,,,,NOT_FOUND', 'NIK_EXCEL'],
    ['no KK', '3171011708450001,,Siti,2000-01-03,P,ACTIVE', 'KK_FORMAT'],
    ['no name', '3171011708450001,3171010101010002,,2000-01-03,P,ACTIVE', 'NAME_BLANK'],
    ['a name of no width', '3171011708450001,3171010101010002,\u200b,2000-01-03,P,ACTIVE', 'NAME_BLANK'],
    ['a day that there was not', '3171011708450001,3171010101010002,Siti,1900-02-29,P,ACTIVE', 'DATE_FORMAT'],
    ['somebody who was not asked about', '3171011708450001,,,,,NOT_FOUND', 'NOT_ASKED'],
  ])('%s is rejected', async (_, row, code) => {
    const error: unknown = await answered(`${HEADER}\n${row}\n`).catch((reason: unknown) => reason);
    // Of a file of which nothing can be used it is told how many rows have which fault.
    expect(error).toMatchObject({ code: 'INPUT_REFUSED', faults: [{ where: code, what: '1 rows' }] });
  });

  test('nothing is taken that is to be of a day to come', async () => {
    const rows = `${HEADER}\n3171011708450001,,,,,NOT_FOUND\n`;
    await expect(answered(rows, '2999-01-01')).rejects.toMatchObject({ code: 'INPUT_REFUSED' });
  });
});
