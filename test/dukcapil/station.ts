/** A server and a caller of it, and what became of both. */
import type { ServerOptions } from 'node:https';
import { expect } from 'vitest';
import { type Asked, type Caller, openCaller, type ServiceAnswer } from '../../src/dukcapil/caller.ts';
import { DEFAULT_CODES } from '../../src/dukcapil/codes.ts';
import type { DukcapilSettings } from '../../src/dukcapil/settings.ts';
import { createLog } from '../../src/log.ts';
import type { Question } from '../../src/registry/question.ts';
import { afterFile } from '../support/ends.ts';
import { type Call, type Reply, ScriptedServer } from './scripted-server.ts';

export const CREDENTIALS = {
  userId: 'agency-user',
  password: 'correct horse battery',
  ipUser: '10.20.30.40',
};
const NAME = 'BUDI SANTOSO';

export interface Station {
  readonly server: ScriptedServer;
  readonly caller: Caller;
  readonly told: { readonly nik: string; readonly answer: ServiceAnswer }[];
  /** Calls that brought no answer. */
  failed: number;
  ask(questions: readonly Question[], signal?: AbortSignal): Promise<Asked<Question>>;
  /** The names of the events that were logged. */
  events(): readonly string[];
}

/** Whatever happens, in the end nobody is in the log, and no credentials. */
export async function stationOf(
  script: (call: Call) => Reply = () => ({}),
  settings: Partial<DukcapilSettings> = {},
  tls?: ServerOptions,
): Promise<Station> {
  const server = await serve(script, tls);
  const logged: string[] = [];
  const log = createLog({ level: 'trace', pretty: false, stream: { write: (line) => logged.push(line) } });
  const all = {
    ...{ url: server.url, ...CREDENTIALS, codes: DEFAULT_CODES, callsASecond: 5000, callsAtOnce: 8 },
    ...{ timeout: 2000, patience: 5000, dayBeginsAt: '00:00', opensAt: '06:00', ...settings },
  };
  const caller = openCaller(all, log);
  afterFile(async () => {
    await caller.close();
    for (const secret of [...Object.values(CREDENTIALS), NAME, 'AGENCY', ...niksOf(people(300))]) {
      expect(logged.join('')).not.toContain(secret);
    }
  });
  const station: Station = {
    ...{ server, caller, told: [], failed: 0, events: () => logged.map((line) => JSON.parse(line).event) },
    ask: (questions, signal = new AbortController().signal) => {
      const answered = ({ nik }: Question, answer: ServiceAnswer) => void station.told.push({ nik, answer });
      return caller.askAll(questions, { answered, failed: () => void station.failed++ }, signal);
    },
  };
  return station;
}

export async function serve(script?: (call: Call) => Reply, tls?: ServerOptions): Promise<ScriptedServer> {
  const server = await new ScriptedServer(script, tls).start();
  afterFile(() => server.stop());
  return server;
}

export function people(count: number): readonly Question[] {
  return Array.from({ length: count }, (_, at) => ({
    nik: `317101${1708450001 + at}`,
    ...{ kk: '3171012501060007', fullName: NAME, birthDate: '1945-08-17', threshold: 80 },
  }));
}

export function niksOf(persons: readonly { readonly nik: string }[]): readonly string[] {
  return persons.map(({ nik }) => nik).toSorted();
}
