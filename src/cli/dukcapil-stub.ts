import { once } from 'node:events';
import type { Command } from 'commander';
import { FAULT_KINDS, type Hours } from '../../fixtures/dukcapil-server/options.ts';
import type { DukcapilServer } from '../../fixtures/dukcapil-server/server.ts';
import { GelombangError } from '../errors.ts';
import { shellWord } from '../shell.ts';
import { port } from './arguments.ts';
import {
  answersADay,
  callsASecond,
  clockTime,
  code,
  type FaultShares,
  fault,
  hours,
  latency,
  seed,
} from './dukcapil-stub-arguments.ts';
import { note, printResult } from './output.ts';
import { stopped, throwIfStopping } from './stopping.ts';
import { amount, counted } from './words.ts';

/** Milliseconds from one line about the calls to the next. */
const BETWEEN_LINES = 3_000;

interface Options {
  readonly registry: string;
  readonly port?: number;
  readonly latency?: readonly [least: number, most: number];
  readonly quota?: number;
  readonly dayBegins?: string;
  readonly hours?: Hours;
  readonly rate?: number;
  readonly fault?: FaultShares;
  readonly code?: Readonly<Record<string, string>>;
  readonly seed?: number;
  readonly user?: string;
  readonly password?: string;
  readonly ipUser?: string;
  readonly json?: boolean;
}

export function addDukcapilStub(program: Command, signal: AbortSignal): void {
  program
    .command('dukcapil-stub')
    .summary("answer in place of Dukcapil's web service, to try waves against it")
    .description(
      "Answers in place of Dukcapil's web service, on 127.0.0.1 alone and until it is stopped: from a registry file, with a " +
        "day's quota, hours, latency and faults as they are wanted. It prints the settings with which gelombang calls it, and " +
        'on stderr now and then how it was called. Its credentials are made up: give it no real ones.',
    )
    .requiredOption('--registry <file>', 'population registry that it answers from (CSV)')
    .option('--port <port>', 'any that is free if not given', port)
    .option('--latency <ms>', 'milliseconds to an answer, or from and to: 20-80', latency)
    .option('--quota <answers>', 'answers a day', answersADay)
    .option('--day-begins <time>', 'when the quota is there again, in Jakarta; 00:00 if not given', clockTime)
    .option('--hours <times>', 'when it is open, in Jakarta: 06:00-22:00; always if not given', hours)
    .option('--rate <calls>', 'calls a second beyond which it answers 429', callsASecond)
    .option(
      '--fault <kind=share>',
      `what goes wrong with which share of the calls, 0 to 1; may be repeated. ${FAULT_KINDS.join(', ')}`,
      fault,
    )
    .option('--code <nik=code>', 'the code that a NIK is answered with; may be repeated', code)
    .option('--seed <number>', 'which calls go wrong follows from it; 1 if not given', seed)
    .option('--user <id>', 'USER_ID that it takes')
    .option('--password <text>', 'PASSWORD that it takes')
    .option('--ip-user <address>', 'IP_USER that it takes')
    .option('--json', 'one JSON document on stdout when it is ready')
    .addHelpText(
      'after',
      '\nExample:\n  $ gelombang dukcapil-stub --registry registry.csv --latency 50 --quota 10000 --fault half=0.1',
    )
    .action(async (options: Options) => {
      const server = await start(options);
      try {
        throwIfStopping(signal);
        printReady(server, options.json === true);
        await tellUntilStopped(server, signal);
      } finally {
        await server.close();
      }
      throw stopped('It answers no more. What it was asked is not kept anywhere.');
    });
}

/** @throws GelombangError INPUT_REFUSED for a registry that has nobody, or a port that cannot be had. */
async function start(options: Options): Promise<DukcapilServer> {
  const { startDukcapilServer } = await import('../../fixtures/dukcapil-server/server.ts');
  const {
    registry,
    dayBegins: dayBeginsAt,
    fault: faults,
    code: codes,
    user: userId,
    json,
    ...others
  } = options;
  const given = { dayBeginsAt, faults, codes, userId };
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const server = await startDukcapilServer({ ...others, ...set, registry }).catch((error: unknown) => {
    throw portTrouble(error, options.port) ?? error;
  });
  if (server.people > 0) return server;
  await server.close();
  throw new GelombangError('INPUT_REFUSED', `no row of ${registry} can be used`, {
    next: 'Give a population registry as import registry takes it.',
  });
}

function portTrouble(error: unknown, port = 0): GelombangError | undefined {
  const code = error instanceof Error && 'code' in error && 'port' in error ? error.code : undefined;
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return undefined;
  const trouble = code === 'EACCES' ? 'this user may not' : 'another program has it';
  return new GelombangError('INPUT_REFUSED', `port ${port} cannot be listened on: ${trouble}`, {
    cause: error,
    next: 'Give another --port, or none: then one is taken that is free.',
  });
}

function printReady(server: DukcapilServer, json: boolean): void {
  const { url, userId, password, ipUser, people } = server;
  const document = { url, user_id: userId, password, ip_user: ipUser, people };
  note(`Answering for ${counted(people, 'person', 'people')}. Set this where gelombang is called:`);
  printResult(json, document, () => [
    `export DUKCAPIL_URL=${shellWord(url)}`,
    `export DUKCAPIL_USER_ID=${shellWord(userId)}`,
    `export DUKCAPIL_PASSWORD=${shellWord(password)}`,
    `export DUKCAPIL_IP_USER=${shellWord(ipUser)}`,
  ]);
}

/** A line every few seconds in which it was called. */
async function tellUntilStopped(server: DukcapilServer, signal: AbortSignal): Promise<void> {
  let told = 0;
  const tell = () => {
    const calls = server.calls();
    if (calls === told) return;
    told = calls;
    const left = amount(server.quotaLeft());
    note(`${counted(calls, 'call')}, ${amount(server.answered())} answered, ${left} left today`);
  };
  const lines = setInterval(tell, BETWEEN_LINES);
  await once(signal, 'abort');
  clearInterval(lines);
  tell();
}
