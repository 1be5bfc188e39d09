/** Whether a new version of a list is to be looked at by somebody before it decides on people. */

/**
 * Percent by which the entries of a version may differ from those of the version before. Lists come anew every few
 * weeks and change by a few percent; a file that was cut off, taken twice over or is another list's is far beyond a fifth.
 */
export const MOST_CHANGE = 20;

/**
 * Percent of a wave's applications that may be on a list. Of the 5.6 million recipients of 2020 the audit board found
 * 165,544 on prohibited lists, which is 3 %: one that meets more than one in twenty is as a rule not what it is taken for.
 */
export const MOST_HITS = 5;

const BETWEEN = '; ';
const OF_ANOTHER = `too many applications of another wave are on it (more than ${MOST_HITS} %)`;

type ListKind = 'deny' | 'priority';

/** A new version of a list, and what it is held up to. */
export interface Newcomer {
  readonly kind: ListKind;
  readonly entries: number;
  /** The version before of the same name that is, or was, in force. */
  readonly before:
    | { readonly version: number; readonly kind: ListKind; readonly entries: number }
    | undefined;
  /** Of each open wave whose policy names the list. */
  readonly waves: readonly WaveHits[];
}

export interface WaveHits {
  readonly wave: number;
  readonly applications: number;
  /** Applications whose NIK is on the list. */
  readonly hits: number;
}

/** Why it is held, with the figures; null where nothing speaks against it. */
export function suspicionOf({ kind, entries, before, waves }: Newcomer): string | null {
  const other = before === undefined || before.kind === kind ? undefined : otherKind(kind, before);
  const change = before === undefined ? undefined : changeOf(entries, before);
  const hits = waves.filter(isHitHard).map(describeHits);
  const all = [other, change, ...hits].filter((each) => each !== undefined);
  return all.length === 0 ? null : all.join(BETWEEN);
}

/** What was said of one wave, or of that; the number of the wave. */
const OF_WAVE = / of wave (\d+) (?:is|are) on it /;

/** The same for what is published of one wave: how it stands with other waves, which may be open, is not said there. */
export function suspicionIn(wave: number, said: string): string {
  const own = said.split(BETWEEN).map((each) => {
    const of = OF_WAVE.exec(each)?.[1];
    return of === undefined || Number(of) === wave ? each : OF_ANOTHER;
  });
  return [...new Set(own)].join(BETWEEN);
}

/** A list that kept people out would let them in, or the other way round. */
function otherKind(kind: ListKind, before: NonNullable<Newcomer['before']>): string {
  return `a ${kind} list, and version ${before.version} is a ${before.kind} list`;
}

function changeOf(entries: number, before: NonNullable<Newcomer['before']>): string | undefined {
  const difference = Math.abs(entries - before.entries);
  if (difference * 100 <= MOST_CHANGE * before.entries) return undefined;
  const now = `${amount(entries)} ${entries === 1 ? 'entry' : 'entries'}`;
  if (before.entries === 0) return `${now}, and version ${before.version} had none`;
  const how = entries < before.entries ? 'fewer' : 'more';
  const than = `the ${amount(before.entries)} of version ${before.version}`;
  return `${now}, ${percent(difference, before.entries)} ${how} than ${than} (more than ${MOST_CHANGE} %)`;
}

function isHitHard({ applications, hits }: WaveHits): boolean {
  return hits * 100 > MOST_HITS * applications;
}

function describeHits({ wave, applications, hits }: WaveHits): string {
  const [what, are] = applications === 1 ? ['application', 'is'] : ['applications', 'are'];
  const of = `${percent(hits, applications)} of the ${amount(applications)} ${what} of wave ${wave}`;
  return `${of} ${are} on it (more than ${MOST_HITS} %)`;
}

/** To a tenth, upwards: what is more than a limit does not read as the limit. */
function percent(share: number, of: number): string {
  return `${amount(Math.ceil((share * 1000) / of) / 10)} %`;
}

/** 1234567.5 → `1,234,567.5` */
function amount(value: number): string {
  return String(value).replace(/\B(?<!\.\d*)(?=(?:\d{3})+(?!\d))/g, ',');
}
