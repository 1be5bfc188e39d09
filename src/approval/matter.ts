/** What takes two people where an installation is set so. */
import type { Subject } from '../audit/actions.ts';
import { shellWord } from '../shell.ts';

export const MATTERS = [
  'list.release',
  'list.discard',
  'review.approve',
  'wave.close.unverified',
  'wave.void',
  'export.unmasked',
] as const;

/** What is asked for: an approval holds for exactly this. */
export interface Matter {
  readonly action: (typeof MATTERS)[number];
  /** As the triggers of the database put it together from what is changed. */
  readonly subject: Subject;
}

/** As it is typed, with the reason that it was asked with: it may be a part of what is asked for. */
export function commandOf({ action, subject }: Matter, reason: string | null | undefined): string {
  return `${plainCommand({ action, subject })}${reason == null ? '' : ` --reason ${shellWord(reason)}`}`;
}

function plainCommand({ action, subject }: Matter): string {
  const { wave, version } = subject;
  switch (action) {
    case 'list.release':
      return `gelombang list release ${version}`;
    case 'list.discard':
      return `gelombang list discard ${version}`;
    case 'review.approve':
      return `gelombang review approve ${wave}`;
    case 'wave.close.unverified':
      return `gelombang wave close ${wave} --with-unverified`;
    case 'wave.void':
      return `gelombang wave void ${wave}`;
    case 'export.unmasked':
      return `gelombang export ${wave} --out DIR --unmasked`;
    default:
      throw new TypeError(`nothing that takes two people: ${String(action satisfies never)}`);
  }
}
