import { createRequire } from 'node:module';
import type { pino } from 'pino';
import { redactJson } from './redact.ts';

/** What is loaded where it is used: at once, since a line is written before its call returns. */
const require = createRequire(import.meta.url);

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the rest of the program needs of a log. Events go through `logEvent`; `child` adds fields to every line. */
export type Log = Pick<pino.Logger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'level'> & {
  child(fields: Record<string, unknown>): Log;
  /** Writes a line of JSON, as a log that is not pretty writes it, which comes from another thread. */
  passOn(line: string): void;
};

export interface LogOptions {
  readonly level: LogLevel;
  /** Where the lines go; standard error if not given. */
  readonly stream?: { write(line: string): unknown };
  /** Lines for a person and not JSON; if not given, whether standard error is a terminal. */
  readonly pretty?: boolean;
}

/**
 * A log that writes before it returns, so that nothing is lost when the process ends on the next line.
 * Every line is redacted as a whole right before it is written: message, fields and stack traces alike,
 * by what they hold and by the names of fields.
 */
export function createLog(options: LogOptions): Log {
  let opened: Log | undefined;
  return lazyLog(options.level, () => {
    opened ??= openLog(options);
    return opened;
  });
}

/** Opened with its first line: a command that goes well has none to write, and pino would be a tenth of its start. */
function lazyLog(level: LogLevel, open: () => Log): Log {
  const least = LOG_LEVELS.indexOf(level);
  const at = (name: Exclude<LogLevel, 'silent'>): pino.LogFn =>
    LOG_LEVELS.indexOf(name) < least ? () => {} : (...line: [object, string?]) => open()[name](...line);
  return {
    level,
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
    child: (fields) => lazyLog(level, () => open().child(fields)),
    passOn: (line) => open().passOn(line),
  };
}

function openLog(options: LogOptions): Log {
  const { pino } = require('pino') as typeof import('pino');
  const sink = options.stream ?? pino.destination({ dest: 2, sync: true });
  const pretty = options.pretty ?? process.stderr.isTTY === true;
  const write = pretty ? prettyWriter(sink) : (line: string) => void sink.write(redactJson(line));
  const log = pino(
    {
      level: options.level,
      base: { pid: process.pid },
      serializers: { err: inShort(pino), error: inShort(pino) },
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  );
  return Object.assign(log, { passOn: write }) as unknown as Log;
}

/** Without what drivers hang on their errors: a connection, with the key by which its statements can be cancelled. */
function inShort({ stdSerializers }: typeof import('pino').pino): (error: Error) => unknown {
  return (error) => {
    if (!(error instanceof Error)) return error;
    const { type, message, stack, code, concerns } = stdSerializers.err(error);
    return { type, message, stack, code, concerns };
  };
}

/** Through the formatter and not through pino-pretty's stream, which may still hold lines when the process ends. */
function prettyWriter(sink: { write(line: string): unknown }): (line: string) => void {
  // Loaded for a person alone: programs and files have no use for it.
  const { prettyFactory } = require('pino-pretty') as typeof import('pino-pretty');
  const format = prettyFactory({
    colorize: process.stderr.hasColors?.() ?? false,
    ignore: 'pid,event',
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
  });
  return (line) => void sink.write(format(redactJson(line)));
}
