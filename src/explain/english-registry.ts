/** What the registry says of an application, in English. */
import type { Evidence, Explanation, Finding, Registry } from './explanation.ts';
import type { Figures } from './figures.ts';
import { isNotAsked, type RegistryEvidence } from './registry-evidence.ts';
import type { Row } from './texts.ts';

/** On what a rule was decided that needs the registry. */
export function registryEvidenceInEnglish(
  evidence: RegistryEvidence,
  finding: Finding,
  explanation: Explanation,
  figures: Figures,
): string {
  const { registry } = explanation;
  if (finding === 'not_asked') return notAsked(explanation, figures);
  const failed = finding === 'failed';
  if (failed && evidence.kind === 'known' && isNotAsked(explanation))
    return `its digits are those of no NIK (${whyNoNik(explanation)}): the registry was not asked for it`;
  if (registry.source === 'dukcapil') return answered(evidence, failed, saidBy(registry, figures));
  return held(evidence, failed, registryName(registry, figures));
}

function notAsked(explanation: Explanation, figures: Figures): string {
  const { outcome, reasons, registry } = explanation;
  if (outcome === 'UNVERIFIED') return 'not asked, since the registry gave no answer';
  if (isNotAsked(explanation)) return 'not asked, since the digits are those of no NIK';
  const isMissing = reasons.includes('NIK_NOT_FOUND');
  if (registry.source !== 'dukcapil') return 'not asked, since the registry does not have the NIK';
  const said = saidBy(registry, figures);
  return isMissing
    ? `not asked, since the NIK is not there, as ${said}`
    : `not among what ${said}, and not held against the applicant`;
}

function whyNoNik({ nik_warnings: warnings }: Explanation): string {
  return [
    ...(warnings.includes('NIK_PROVINCE_UNKNOWN') ? ['no province has the first two'] : []),
    ...(warnings.includes('NIK_DATE_IMPOSSIBLE') ? ['day and month are no date'] : []),
  ].join(', ');
}

/** Held against what the registry has: a snapshot of it, or what it gave of the person in a file. */
function held(of: RegistryEvidence, failed: boolean, registry: string): string {
  switch (of.kind) {
    case 'known':
      return failed ? `${registry} does not have it${nearly(of)}` : `${registry} has it`;
    case 'status':
      return `${failed ? '' : 'not '}recorded so in ${registry}`;
    case 'kk':
      return failed
        ? `the KK given ends in ${of.given_ends_in}; ${registry} does not have that one`
        : `the one in ${registry}`;
    case 'name':
      return `${of.similarity}% alike to that in ${registry}; at least ${of.least}% is asked for`;
    case 'birth_date':
      return `${failed ? 'not ' : ''}the one in ${registry}`;
  }
}

/** Held by the registry itself against what it has, which it does not give away. */
function answered(of: RegistryEvidence, failed: boolean, said: string): string {
  switch (of.kind) {
    case 'known':
      return `${failed ? 'not ' : ''}there, as ${said}`;
    case 'status':
      return `${failed ? '' : 'not '}recorded so, as ${said}`;
    case 'kk':
      return failed
        ? `the KK given ends in ${of.given_ends_in}; it is not the same, as ${said}`
        : `the same, as ${said}`;
    case 'name':
      return `${of.similarity}% alike, as ${said}; at least ${of.least}% is asked for`;
    case 'birth_date':
      return `${failed ? 'not ' : ''}the same, as ${said}`;
  }
}

function nearly({ slip, slip_sought: isSought }: Evidence & { kind: 'known' }): string {
  if (!isSought) return '';
  if (slip === null) return ', nor an active person of this name and birth date with nearly the same NIK';
  const person = ', but it has an active person of this name and birth date';
  return slip === 'one_digit'
    ? `${person} whose NIK differs in one digit`
    : `${person} in whose NIK two neighbouring digits stand the other way round`;
}

function registryName(registry: Exclude<Registry, { source: 'dukcapil' }>, { day }: Figures): string {
  if (registry.source === 'snapshot') return `the registry as of ${day(registry.as_of)}`;
  const { answers } = registry;
  if (answers === null) return 'the registry as it answered, in a file that is not kept any more';
  return `the registry as it answered on ${day(answers.as_of)} (version ${answers.version})`;
}

function saidBy({ answer }: Registry & { source: 'dukcapil' }, { moment }: Figures): string {
  if (answer === null) return 'Dukcapil said in an answer that is not kept any more';
  return `Dukcapil said on ${moment(answer.answered_at)}, code ${answer.code}`;
}

/** Against which registry, and which version of it or answer. */
export function registryInEnglish(explanation: Explanation, figures: Figures): readonly Row[] {
  const { registry } = explanation;
  switch (registry.source) {
    case 'snapshot':
      return [['registry', versionOf(registry, figures)]];
    case 'exchange': {
      const { answers } = registry;
      const found = answers === null ? without(explanation) : versionOf(answers, figures);
      return [['registry', `answers in files: ${found}`]];
    }
    case 'dukcapil': {
      const { answer, snapshot } = registry;
      const found =
        answer === null
          ? without(explanation)
          : `answer of ${figures.moment(answer.answered_at)}, code ${answer.code}`;
      const households = snapshot === null ? [] : [versionOf(snapshot, figures)];
      return [
        ['registry', `web service: ${found}`],
        ...households.map((text): Row => ['households', `of past recipients, ${text}`]),
      ];
    }
  }
}

function without(explanation: Explanation): string {
  if (isNotAsked(explanation)) return 'not asked, since the digits are those of no NIK';
  return explanation.outcome === 'UNVERIFIED' ? 'no answer has come' : 'the answer is not kept any more';
}

type Version = Omit<Registry & { source: 'snapshot' }, 'source'>;

function versionOf({ version, as_of, file, imported_at, rows }: Version, figures: Figures): string {
  const { day, moment, amount } = figures;
  return `as of ${day(as_of)}: version ${version}, ${file}, ${amount(rows)} people, imported ${moment(imported_at)}`;
}
