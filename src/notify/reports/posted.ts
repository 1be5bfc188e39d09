/** What somebody posts: who it is from is looked at first, then what it says. All of it is taken, or nothing. */
import type { IncomingHttpHeaders } from 'node:http';
import { GENERIC_REPORTS, type ReportSettings, TWILIO_REPORTS } from './environment.ts';
import { ReportFaults } from './faults.ts';
import { ReportLines } from './lines.ts';
import { type Report, readReport } from './report.ts';
import { genericFault, twilioFault } from './signatures.ts';

export type Posted =
  | { readonly kind: 'reports'; readonly reports: readonly Report[] }
  | { readonly kind: 'refused'; readonly status: number; readonly why: string; readonly faults?: unknown };

interface Given {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** How reports are read that are posted there; undefined where nothing is taken. */
export function readerAt(
  path: string,
  { secret, twilioToken, url }: ReportSettings,
): ((given: Given) => Posted) | undefined {
  if (path === GENERIC_REPORTS && secret !== undefined) return (given) => genericIn(given, secret);
  if (path === TWILIO_REPORTS && twilioToken !== undefined && url !== undefined)
    return (given) => twilioIn(given, twilioToken, `${url}${TWILIO_REPORTS}`);
  return undefined;
}

function genericIn({ headers, body }: Given, secret: string): Posted {
  const [signature, timestamp] = [textOf(headers['x-signature']), textOf(headers['x-timestamp'])];
  const fault = genericFault(secret, { signature, timestamp }, body);
  if (fault !== undefined) return { kind: 'refused', status: 401, why: fault };
  const faults = new ReportFaults();
  const reports = readBody(body, faults);
  if (faults.count > 0)
    return {
      kind: 'refused',
      status: 400,
      why: `${faults.count} of them are no reports`,
      faults: faults.told,
    };
  if (reports.length === 0) return { kind: 'refused', status: 400, why: 'there is no report in it' };
  return { kind: 'reports', reports };
}

/** An object, a list of them, or JSON lines. */
function readBody(body: Buffer, faults: ReportFaults): readonly Report[] {
  const whole = parsed(body);
  if (whole === undefined) {
    const lines = new ReportLines(faults);
    return [...lines.push(body), ...lines.finish()];
  }
  return (Array.isArray(whole) ? whole : [whole]).flatMap((fields: unknown, at) => {
    const isObject = typeof fields === 'object' && fields !== null;
    const reading = readReport(isObject ? (fields as Record<string, unknown>) : {});
    if (reading.kind === 'report') return [reading.report];
    faults.add(at + 1, reading.what);
    return [];
  });
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function twilioIn({ headers, body }: Given, token: string, url: string): Posted {
  const parameters = new URLSearchParams(body.toString('utf8'));
  const fault = twilioFault(token, { signature: textOf(headers['x-twilio-signature']), url }, parameters);
  if (fault !== undefined) return { kind: 'refused', status: 401, why: fault };
  const reading = readReport({
    reference: parameters.get('MessageSid'),
    status: parameters.get('MessageStatus'),
    reason: parameters.get('ErrorCode'),
  });
  if (reading.kind === 'report') return { kind: 'reports', reports: [reading.report] };
  return { kind: 'refused', status: 400, why: reading.what };
}

function textOf(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header : '';
}
