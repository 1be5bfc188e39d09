/** What an entry of the audit log can be about: what changes or reads personal data, or decides over a wave. */
export const ACTIONS = [
  'wave.open',
  'wave.close',
  'wave.resume',
  'wave.void',
  /** By the stage that does it, in its own transaction. */
  'wave.published',
  'import.applicants',
  'import.registry',
  'import.list',
  'import.recipients',
  'list.release',
  'list.discard',
  'review.approve',
  'registry.ask',
  'registry.answer',
  'registry.drop',
  'notices.release',
  'notices.pause',
  'notices.resume',
  'notices.resend',
  'notices.export',
  'notices.report',
  'notices.listen',
  'notices.try',
  'export',
  'explain',
  'simulate',
  'request.approve',
  'request.refuse',
  'installation.people',
  'keys.rotate',
  'database.login',
  'database.migrate',
  'audit.show',
  'worker',
] as const;

export type Action = (typeof ACTIONS)[number];

/** `asked`: another person has to approve it first. `refused`: by the program, with the code of its error. */
export type Outcome = 'begun' | 'done' | 'asked' | 'refused' | 'interrupted' | 'failed';

/** What it is about: the wave, the file, the registration number, options that matter. */
export type Subject = { readonly [name: string]: SubjectValue };
type SubjectValue = string | number | boolean | null | undefined | readonly SubjectValue[] | Subject;
