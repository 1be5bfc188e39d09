import { basename, dirname } from 'node:path';
import type { Command } from 'commander';
import type { Anchor } from '../audit/chain.ts';
import type { AuditReport } from '../audit/verify.ts';
import { GelombangError } from '../errors.ts';
import { noteOf } from './auditing.ts';
import { printOutcome } from './output.ts';
import { withSession } from './session.ts';
import { counted } from './words.ts';

interface Options {
  readonly against?: readonly string[];
  readonly json?: boolean;
}

export function addAuditVerify(audit: Command, signal: AbortSignal): void {
  audit
    .command('verify')
    .summary('find whatever was changed in the log, taken out, put in or moved')
    .description(
      'Recomputes the audit log from its first entry to its last, holds it against the publications of waves and against ' +
        'what is kept elsewhere, and names the first entry that is not as it was written.',
    )
    .option(
      '--against <path...>',
      'exports (a folder or its draw.json), or what this command printed before with --json: the log has to go through there',
    )
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang audit verify --against wave-16 wave-17/draw.json')
    .action(async ({ against = [], json = false }: Options) => {
      const { verifyAudit } = await import('../audit/verify.ts');
      const given = await Promise.all(against.map(anchorOf));
      await withSession(signal, async (session) => {
        const { sql } = session.database;
        const note = await noteOf(session);
        // Before the log: what another process notes meanwhile is in it by then.
        const noted = await note.read();
        const anchors = noted === undefined ? given : [...given, noted];
        const report = await verifyAudit(sql, anchors);
        if (report.verified && report.audit !== null) await note.follow(sql, report.audit);
        printOutcome(json, report, () => reportLines(report, anchors), brokenBy(report));
      });
    });
}

/** @throws GelombangError INPUT_REFUSED for a file that says nothing of the log. */
async function anchorOf(path: string): Promise<Anchor> {
  const { readJson } = await import('../verify/statement.ts');
  const { isFolder } = await import('../files/reading.ts');
  const [folder, file] = (await isFolder(path)) ? [path, 'draw.json'] : [dirname(path), basename(path)];
  const { object } = await readJson(folder, file);
  const { entry, sha256 } = (object.audit ?? {}) as Readonly<Record<string, unknown>>;
  if (Number.isSafeInteger(entry) && typeof sha256 === 'string')
    return { entry: entry as number, sha256, said: path };
  throw new GelombangError('INPUT_REFUSED', `${path} says nothing of the audit log`, {
    concerns: { file },
    next: 'Give the export of a wave, or what was printed before by: gelombang audit verify --json',
  });
}

function reportLines({ entries, audit, fault_count }: AuditReport, against: readonly Anchor[]): string[] {
  const head = audit === null ? [] : [`head  entry ${audit.entry}, SHA-256 ${audit.sha256}`];
  const held = against.map(({ said, entry }) => `held against ${said}: entry ${entry}`);
  const is = fault_count === 0 ? 'is whole' : 'is NOT whole';
  const known = Math.max(0, ...against.map(({ entry }) => entry));
  const alone =
    known < entries ? [`Entries from ${known + 1} on are held by nothing outside of this database.`] : [];
  return [`The audit log ${is}: ${counted(entries, 'entry', 'entries')}.`, ...head, ...held, ...alone];
}

function brokenBy({ broken_at, fault_count, faults }: AuditReport): GelombangError | undefined {
  if (fault_count === 0) return undefined;
  const where = broken_at === null ? '' : `, at entry ${broken_at} first`;
  const what = `the audit log is not as it was written${where}: ${counted(fault_count, 'fault')}`;
  return new GelombangError('INPUT_REFUSED', what, {
    concerns: broken_at === null ? {} : { entry: broken_at },
    faults: faults.map((fault) => ({
      where: fault.entry === null ? 'the log' : `entry ${fault.entry}`,
      what: fault.what,
      ...(fault.hint === undefined ? {} : { hint: fault.hint }),
    })),
    next: 'Keep the database as it is. What was there before: backups, the heads in exports of waves, and the notes of other machines.',
  });
}
