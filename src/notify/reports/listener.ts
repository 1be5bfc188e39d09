/** Takes reports over HTTP: an answer is given when they are committed, and whoever gets none may send them again. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { GelombangError } from '../../errors.ts';
import { logEvent } from '../../events.ts';
import type { Log } from '../../log.ts';
import { type Applied, NOTHING_APPLIED, sumOf } from './apply.ts';
import type { ReportSettings } from './environment.ts';
import { type Posted, readerAt } from './posted.ts';
import type { Report } from './report.ts';

const MOST_BYTES = 1 << 20;
const MOST_CONNECTIONS = 200;
/** Milliseconds for a request to come whole; for those under way to be answered when it ends. */
const LONGEST_REQUEST = 30_000;
const LONGEST_END = 3_000;
/** Milliseconds between two attempts at a report on what is not known yet. */
const BETWEEN_ATTEMPTS = 250;
/** Seconds after which reports may be given again that could not be taken now. */
const AGAIN = 30;

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

export interface ListenerOptions {
  readonly settings: ReportSettings;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Somebody in front of it speaks TLS: without that, others than this machine are not listened to. */
  readonly isBehindProxy: boolean;
  /** Commits them. */
  readonly apply: (reports: readonly Report[]) => Promise<Applied>;
  /**
   * Milliseconds for which one that comes alone, and names a notice by a reference that nobody has, is not answered: who handed that
   * notice over may be about to write it down, and not every gateway reports twice.
   */
  readonly patience: number;
  readonly log: Log;
}

export interface Listener {
  readonly port: number;
  /** Since it began. */
  applied(): Applied;
  close(): Promise<void>;
}

/** @throws GelombangError USAGE for a host that is not to be listened on, INPUT_REFUSED for a port that cannot be had or without a secret. */
export async function listenForReports(options: ListenerOptions): Promise<Listener> {
  refuse(options);
  const { host, port } = options;
  let applied = NOTHING_APPLIED;
  const take = async (reports: readonly Report[]) => {
    const now = await applyPatiently(reports, options, () => server.listening);
    applied = sumOf(applied, now);
    return now;
  };
  const server = createServer(
    { requestTimeout: LONGEST_REQUEST, headersTimeout: LONGEST_REQUEST },
    (request, response) => {
      void answer(request, response, { ...options, apply: take });
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(port, host);
  await once(server, 'listening').catch((cause: unknown) => {
    throw notListening(cause, port);
  });
  return { port: (server.address() as AddressInfo).port, applied: () => applied, close: () => end(server) };
}

async function applyPatiently(
  reports: readonly Report[],
  { apply, patience }: ListenerOptions,
  isOpen: () => boolean,
): Promise<Applied> {
  const [first] = reports;
  const isAlone = reports.length === 1 && first !== undefined && 'reference' in first.of;
  const until = performance.now() + (isAlone ? patience : 0);
  for (;;) {
    const applied = await apply(reports);
    if (applied.unknown === 0 || performance.now() >= until || !isOpen()) return applied;
    await pause(BETWEEN_ATTEMPTS);
  }
}

function refuse({ settings, host, isBehindProxy }: ListenerOptions): void {
  if (!LOOPBACK.includes(host) && !isBehindProxy)
    throw new GelombangError('USAGE', 'reports would be taken in clear text from other machines', {
      next: 'Listen on 127.0.0.1, or say --behind-proxy where a proxy in front of it speaks TLS.',
    });
  const { secret, twilioToken, url } = settings;
  if (secret !== undefined || (twilioToken !== undefined && url !== undefined)) return;
  throw new GelombangError(
    'INPUT_REFUSED',
    'nothing is set by which a report could be told from a forged one',
    {
      next: 'Set NOTICE_REPORTS_SECRET; for Twilio SMS_PROVIDER, SMS_TOKEN and NOTICE_REPORTS_URL.',
    },
  );
}

function notListening(cause: unknown, port: number): GelombangError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'UNKNOWN';
  return new GelombangError('INPUT_REFUSED', `port ${port} cannot be listened on (${code})`, {
    cause,
    next: 'Give another --port or --host.',
  });
}

async function end(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), LONGEST_END);
  await closed;
  clearTimeout(cut);
}

type Answer = {
  readonly status: number;
  readonly document: object;
  readonly headers?: Record<string, string>;
};

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ListenerOptions,
): Promise<void> {
  try {
    const { status, document, headers = {} } = await answerTo(request, options);
    if (status >= 400) logEvent(options.log, 'reports.refused', { status, ...document });
    const body = JSON.stringify(document);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    // What is left of it is thrown away as it comes: to cut it off would be to cut off the answer.
    request.resume();
  } catch {
    // Whoever sent it is gone.
    response.destroy();
  }
}

async function answerTo(
  request: IncomingMessage,
  { settings, apply, log }: ListenerOptions,
): Promise<Answer> {
  const read = readerAt(request.url ?? '', settings);
  if (read === undefined) return refusal(404, 'no reports are taken there');
  if (request.method !== 'POST') return { ...refusal(405, 'reports are posted'), headers: { allow: 'POST' } };
  const body = await bodyOf(request);
  if (body === undefined) return refusal(413, `more than ${MOST_BYTES} bytes`);
  const posted: Posted = read({ headers: request.headers, body });
  if (posted.kind === 'refused') {
    const { status, why, faults } = posted;
    return { status, document: faults === undefined ? { error: why } : { error: why, faults } };
  }
  try {
    const applied = await apply(posted.reports);
    logEvent(log, 'reports.taken', { reports: posted.reports.length, ...applied });
    return applied.early === 0
      ? { status: 200, document: applied }
      : later({ ...applied, error: 'some came too early' });
  } catch (err) {
    logEvent(log, 'reports.failed', { err });
    return later({ error: 'they cannot be taken now' });
  }
}

function refusal(status: number, error: string): Answer {
  return { status, document: { error } };
}

function later(document: object): Answer {
  return { status: 503, document, headers: { 'retry-after': String(AGAIN) } };
}

/** Undefined where it is too large: no more of it is read then. @throws where it is cut off. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > MOST_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
