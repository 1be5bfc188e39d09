/** What takes two people where an installation is set so. */
import type { Action, Subject } from '../audit/actions.ts';
import { shellWord } from '../shell.ts';

export const MATTERS = [
  'list.release',
  'list.discard',
  'review.approve',
  'wave.close.unverified',
  'wave.void',
  'export.unmasked',
  'notices.addresses',
] as const;

/** What is asked for: an approval holds for exactly this. */
export interface Matter {
  readonly action: (typeof MATTERS)[number];
  /** As the triggers of the database put it together from what is changed. */
  readonly subject: Subject;
}

/** Those that can be asked for by a command that has more to it. */
export const ASKED_BY_COMMAND: Readonly<Partial<Record<Matter['action'], Action>>> = {
  'wave.close.unverified': 'wave.close',
  'export.unmasked': 'export',
  'notices.addresses': 'notices.export',
};

/**
 * As it is typed, with the reason that it was asked with: it may be a part of what is asked for.
 * @param given What the audit log has of the command that asked.
 */
export function commandOf(
  { action, subject }: Matter,
  reason: string | null | undefined,
  given: Subject = {},
): string {
  return `${plainCommand({ action, subject }, given)}${reason == null ? '' : ` --reason ${shellWord(reason)}`}`;
}

function plainCommand({ action, subject }: Matter, { options, folder }: Subject): string {
  const { wave, version } = subject;
  switch (action) {
    case 'list.release':
      return `gelombang list release ${version}`;
    case 'list.discard':
      return `gelombang list discard ${version}`;
    case 'review.approve':
      return `gelombang review approve ${wave}`;
    case 'wave.close.unverified':
      return [`gelombang wave close ${wave} --with-unverified`, ...optionsOf(options)].join(' ');
    case 'wave.void':
      return `gelombang wave void ${wave}`;
    case 'export.unmasked':
      return `gelombang export ${wave} --out ${typeof folder === 'string' ? shellWord(folder) : 'DIR'} --unmasked`;
    case 'notices.addresses':
      return `gelombang notices export ${wave} --out ${typeof folder === 'string' ? shellWord(folder) : 'FILE'} --addresses`;
    default:
      throw new TypeError(`nothing that takes two people: ${String(action satisfies never)}`);
  }
}

/** Values that whoever asked has. */
const VALUES: Readonly<Record<string, string>> = { entropy: ' HEX', beacon: ' FILE' };

/** Of a close, by their names in the audit log. */
function optionsOf(names: Subject[string]): string[] {
  if (!Array.isArray(names)) return [];
  const others = names.filter((name) => name !== 'with_unverified');
  return others.map((name) => `--${String(name).replaceAll('_', '-')}${VALUES[String(name)] ?? ''}`);
}
