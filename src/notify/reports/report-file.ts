/** A file of delivery reports, JSON lines or CSV, also packed by gzip: read as a whole first, and taken then. */
import { openCsv } from '../../csv/csv.ts';
import { FileReading } from '../../csv/source.ts';
import { GelombangError } from '../../errors.ts';
import { ReportFaults } from './faults.ts';
import { ReportLines } from './lines.ts';
import { type Report, readReport } from './report.ts';

const CHUNK_BYTES = 1 << 18;

export interface ReportFile {
  readonly sha256: string;
  readonly reports: number;
  /** The same file again, some reports at a time. @throws GelombangError INPUT_REFUSED where it is not the same any more. */
  batches(): AsyncGenerator<readonly Report[]>;
}

/** @throws GelombangError INPUT_REFUSED with every fault and its line, and for what is no plain readable file. */
export async function openReports(path: string): Promise<ReportFile> {
  const faults = new ReportFaults();
  const file = (await isJson(path)) ? jsonLines(path, faults) : await table(path, faults);
  let reports = 0;
  for await (const batch of file.batches()) reports += batch.length;
  refuse(path, faults, reports);
  return { sha256: file.sha256(), reports, batches: () => file.batches() };
}

interface Opened {
  batches(): AsyncGenerator<readonly Report[]>;
  sha256(): string;
}

async function isJson(path: string): Promise<boolean> {
  for await (const chunk of new FileReading(path, CHUNK_BYTES).chunks()) {
    const text = chunk
      .toString('utf8')
      .replace(/^\ufeff/, '')
      .trimStart();
    return text.startsWith('{');
  }
  return false;
}

function jsonLines(path: string, faults: ReportFaults): Opened {
  let first: FileReading | undefined;
  return {
    sha256: () => first?.sha256 ?? '',
    batches: async function* () {
      const lines = new ReportLines(faults);
      const reading = new FileReading(path, CHUNK_BYTES, first?.identity);
      first ??= reading;
      for await (const chunk of reading.chunks()) yield lines.push(chunk);
      yield lines.finish();
    },
  };
}

const NAMES = [['id'], ['reference'], ['id', 'reference']] as const;
/** With a reason or without. */
const COLUMN_SETS = NAMES.flatMap((names) => [
  { name: 'reports', columns: [...names, 'status'] },
  { name: 'reports', columns: [...names, 'status', 'reason'] },
]);

async function table(path: string, faults: ReportFaults): Promise<Opened> {
  const file = await openCsv<{ name: string; columns: string[] }>(path, COLUMN_SETS);
  return {
    sha256: () => file.sha256() ?? '',
    batches: async function* () {
      for await (const records of file.batches()) {
        const reports: Report[] = [];
        for (const { line, fields, fault, detail } of records) {
          const given = Object.entries(file.columns).map(([column, place]) => [column, fields[place]]);
          const reading = readReport(Object.fromEntries(given));
          if (fault !== undefined) faults.add(line, `${fault}: ${detail ?? 'it cannot be read'}`);
          else if (reading.kind === 'fault') faults.add(line, reading.what);
          else reports.push(reading.report);
        }
        yield reports;
      }
    },
  };
}

function refuse(path: string, faults: ReportFaults, reports: number): void {
  const concerns = { file: path };
  if (faults.count > 0)
    throw new GelombangError('INPUT_REFUSED', `${path}: ${faults.count} of its lines are no reports`, {
      concerns,
      faults: faults.told,
      next: 'Correct them, or take them out, and give the command again; nothing was changed.',
    });
  if (reports === 0)
    throw new GelombangError('INPUT_REFUSED', `${path}: there is no report in it`, {
      concerns,
      next: 'Is it the right file? Nothing was changed.',
    });
}
