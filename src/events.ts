import type { Log, LogLevel } from './log.ts';

interface Event {
  readonly level: Exclude<LogLevel, 'silent'>;
  /** A sentence; `{name}` stands for the field of that name, which then has to be given. */
  readonly wording: string;
}

/** Every event that the program logs. Lines can be searched for by `event`; the wording may change, the name stays. */
export const EVENTS = {
  'wave.opened': { level: 'info', wording: 'Wave {wave} is open' },
  'wave.closing': { level: 'info', wording: 'Wave {wave} is being closed in run {run}' },
  'wave.resumed': { level: 'info', wording: 'Run {run} of wave {wave} is taken up again' },
  'notices.released': { level: 'info', wording: 'The notices of wave {wave} are released, in run {run}' },
  'wave.voided': { level: 'info', wording: 'Wave {wave} is void: {reason}' },
  'review.approved': { level: 'info', wording: 'The review of wave {wave} is approved by {by}' },
  'request.opened': { level: 'info', wording: 'Request {request} of {by} waits for another person' },
  'request.approved': { level: 'info', wording: 'Request {request} is approved by {by}' },
  'request.refused': { level: 'info', wording: 'Request {request} is refused by {by}' },
  'installation.people': { level: 'info', wording: 'It takes {people} where it matters, says {by}' },
  'wave.published': { level: 'info', wording: 'Wave {wave} is published: {accepted} accepted' },

  'import.started': { level: 'info', wording: 'Importing {kind} from {file}' },
  'import.finished': {
    level: 'info',
    wording: 'Imported {kind} from {file}, rows: {rows}, of them rejected: {rejected}',
  },
  'import.unchanged': { level: 'info', wording: '{file} was imported before: nothing to do' },
  'import.refused': { level: 'info', wording: '{file} is refused: {reason}' },

  'keys.rotated': { level: 'info', wording: 'Master key {from} is replaced by {to}' },

  'questions.written': {
    level: 'info',
    wording: '{file} is for the registry to answer, NIKs of wave {wave}: {niks}',
  },
  'registry.dropped': { level: 'info', wording: 'Version {version} of the registry is dropped by {by}' },

  'list.held': { level: 'info', wording: 'Version {version} of list {list} is held: {reason}' },
  'list.released': { level: 'info', wording: 'Version {version} of list {list} is released' },
  'list.discarded': { level: 'info', wording: 'Version {version} of list {list} is discarded' },

  'stage.planned': { level: 'info', wording: 'Stage {stage} of wave {wave} is planned, steps: {steps}' },
  'step.done': { level: 'debug', wording: 'Step {part} of {stage} is done' },
  'step.skipped': { level: 'debug', wording: 'Step {part} of {stage} is left alone: {why}' },
  'step.failed': { level: 'error', wording: 'Step {part} of {stage} failed' },
  'step.lost': {
    level: 'warn',
    wording: 'Step {part} of {stage} lost the database or the queue: it is as it was, and tried again',
  },
  'step.taken_over': {
    level: 'warn',
    wording: 'Step {part} of {stage} is taken over: {from} has been silent for {silent} s',
  },

  'dukcapil.unknown': {
    level: 'warn',
    wording:
      'Wave {wave} asks Dukcapil, and this process does not know how it is called: it leaves that to others',
  },
  'dukcapil.silent': {
    level: 'warn',
    wording: 'Dukcapil answers nobody, and is left alone for a while: {why}',
  },
  'dukcapil.answering': { level: 'info', wording: 'Dukcapil answers again' },
  'dukcapil.slower': {
    level: 'warn',
    wording: 'Dukcapil wants to be called less: nobody is asked for {seconds} s',
  },

  'queue.error': { level: 'warn', wording: 'The queue cannot be reached for the moment' },
  'worker.started': { level: 'info', wording: 'A worker is waiting for work' },
  'worker.stopping': { level: 'info', wording: 'The worker finishes what it has begun and stops' },
  'worker.stopped': { level: 'info', wording: 'The worker has stopped' },
  'worker.idle': {
    level: 'error',
    wording: 'The worker has taken nothing from the queue for {seconds} s, steps that wait: {steps}',
  },
  'worker.mended': { level: 'warn', wording: 'The worker opens its connection to the queue anew' },
  'worker.error': { level: 'error', wording: 'The worker met an error outside of any step' },

  'notices.sent': {
    level: 'debug',
    wording: 'Notices of wave {wave} by {channel}: {sent} sent, {failed} failed',
  },
  'notices.unknown_gateway': {
    level: 'warn',
    wording:
      'Notices of wave {wave} go by {channel}, and this process does not know how: it leaves them to others',
  },
  'notices.refused': {
    level: 'error',
    wording: 'Notices of wave {wave} by {channel} are stopped: {times} of {times} were answered with {code}',
  },
  'gateway.resting': {
    level: 'warn',
    wording: 'Nobody takes notices by {channel}: none is handed over for {seconds} s: {why}',
  },
  'gateway.back': { level: 'info', wording: 'Notices by {channel} are taken again' },
  'reports.taken': {
    level: 'debug',
    wording: 'Reports on notices: {reports}, of which {delivered} say that one was delivered',
  },
  'reports.refused': { level: 'warn', wording: 'Reports on notices are refused with {status}' },
  'reports.failed': { level: 'error', wording: 'Reports on notices could not be taken' },
  'export.written': { level: 'info', wording: 'Wave {wave} is written to {directory}' },

  'connection.lost': {
    level: 'warn',
    wording: 'The database or the queue is gone: it is waited for, {why}',
  },
  'connection.back': { level: 'info', wording: 'The database and the queue are back' },
  'database.started': { level: 'info', wording: 'The embedded database is running' },
  'database.migrated': {
    level: 'info',
    wording: 'The database schema is up to date, migrations applied: {applied}',
  },
  interrupted: { level: 'info', wording: 'Stopped by {signal}: what is under way can be taken up again' },
} as const satisfies Record<string, Event>;

export type EventName = keyof typeof EVENTS;

type Placeholders<Wording extends string> = Wording extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** The fields that the event's wording names, and any others. An error goes under `err`, which keeps its stack. */
export type EventFields<Name extends EventName> = {
  readonly [Field in Placeholders<(typeof EVENTS)[Name]['wording']>]: string | number;
} & { readonly [field: string]: unknown };

type FieldArguments<Name extends EventName> = [Placeholders<(typeof EVENTS)[Name]['wording']>] extends [never]
  ? [fields?: EventFields<Name>]
  : [fields: EventFields<Name>];

/** Logs one event at its level. An unknown event, or one without the fields that its wording names, does not compile. */
export function logEvent<Name extends EventName>(
  log: Log,
  name: Name,
  ...[fields]: FieldArguments<Name>
): void {
  const event: Event = EVENTS[name];
  const given: Readonly<Record<string, unknown>> = fields ?? {};
  const message = event.wording.replace(/\{(\w+)\}/g, (_, field: string) => String(given[field]));
  log[event.level]({ event: name, ...given }, message);
}
