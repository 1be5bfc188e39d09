/** One round: the project's way through the wave, then the peer's with the same seed, then their files row for row. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { amount, counted } from '../src/cli/words.ts';
import { runNode } from './command.ts';
import {
  BY_RANK,
  BY_REGISTRATION_NO,
  type Comparison,
  compareRows,
  differenceInWords,
  rowsIn,
  type SortKey,
} from './compare.ts';
import { copyMilliseconds } from './copy.ts';
import type { FileFigures, Peer, Round } from './document.ts';
import { type Installation, inInstallation, type Servers, syncDisks } from './installation.ts';
import { note } from './progress.ts';
import { closeWave, exportWave, importApplicants, prepareWave, seedOf, stagesOf, WAVE } from './project.ts';
import type { MeasuredWave } from './waves.ts';

const PEER = fileURLToPath(new URL('duckdb-peer.js', import.meta.url));

const COMPARED: readonly (readonly [file: string, by: SortKey])[] = [
  ['results.csv', BY_REGISTRATION_NO],
  ['accepted.csv', BY_RANK],
];

/** @param folder For all that the round writes; emptied afterwards. */
export async function measureRound(
  wave: MeasuredWave,
  servers: Servers,
  folder: string,
  signal: AbortSignal,
): Promise<Round> {
  const out = join(folder, 'project');
  const peerOut = join(folder, 'peer');
  try {
    const figures = await inInstallation(servers, folder, signal, (installation) =>
      measureProject(installation, wave, out),
    );
    const peer = await measurePeer(wave, await seedOf(out), peerOut, signal);
    const differences = await compareFiles(out, peerOut);
    return { ...figures, files: await filesIn(out), peer, differences };
  } finally {
    for (const written of [out, peerOut]) await rm(written, { recursive: true, force: true });
  }
}

async function measureProject(installation: Installation, wave: MeasuredWave, out: string) {
  const references = await prepareWave(installation, wave);
  await installation.settle();
  const { command, applicants, applications } = await importApplicants(installation, wave);
  const afterImport = await installation.databaseBytes();
  const close = await closeWave(installation);
  const afterClose = await installation.databaseBytes();
  return {
    postgresql: await installation.serverVersion(),
    ...{ references, applicants, applications, import: command, close },
    export: await exportWave(installation, out),
    copy_ms: await copyMilliseconds(installation.database, WAVE),
    stages: await stagesOf(installation),
    database_bytes: { after_import: afterImport, after_close: afterClose },
  };
}

async function measurePeer(
  { folder, files }: MeasuredWave,
  seed: string,
  out: string,
  signal: AbortSignal,
): Promise<Peer> {
  note('  the peer');
  await syncDisks();
  const { stdout } = await runNode([PEER, folder, seed, out, files.policy], {}, signal);
  return JSON.parse(stdout) as Peer;
}

/** How many rows differ; what differs is said on standard output. */
async function compareFiles(out: string, peerOut: string): Promise<number> {
  let differences = 0;
  for (const [file, by] of COMPARED) {
    const comparison = await compareRows(join(out, file), join(peerOut, file), by);
    differences += comparison.differences;
    if (comparison.differences > 0) console.log(inWords(file, comparison).join('\n'));
  }
  return differences;
}

function inWords(file: string, { differences, rows, peerRows, shown }: Comparison): string[] {
  return [
    `${file}: ${counted(differences, 'difference')} between ${counted(rows, 'row')} of the project and ${amount(peerRows)} of the peer, the first ones:`,
    ...shown.flatMap(differenceInWords).map((line) => `  ${line}`),
  ];
}

async function filesIn(folder: string): Promise<FileFigures[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.csv')).sort();
  return Promise.all(
    names.map(async (file) => {
      const path = join(folder, file);
      return { file, bytes: (await stat(path)).size, rows: await rowsIn(path) };
    }),
  );
}
