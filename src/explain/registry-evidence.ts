/** Rules that need the registry, whatever is said of them. */
import type { Evidence, Explanation, Finding, Ruling } from './explanation.ts';
import type { Figures } from './figures.ts';

const KINDS = ['known', 'status', 'kk', 'name', 'birth_date'] as const;

export type RegistryEvidence = Extract<Evidence, { readonly kind: (typeof KINDS)[number] }>;

/** What does not need the registry. */
export type OwnEvidence = Exclude<Evidence, RegistryEvidence>;

/** The words of one language for the one and the other, as words for all. */
export function evidenceWords(
  ofRegistry: (of: RegistryEvidence, finding: Finding, explanation: Explanation, figures: Figures) => string,
  own: (of: OwnEvidence, failed: boolean, wave: number, figures: Figures) => string,
): (ruling: Ruling, explanation: Explanation, figures: Figures) => string {
  return ({ evidence, finding }, explanation, figures) =>
    isOfRegistry(evidence)
      ? ofRegistry(evidence, finding, explanation, figures)
      : own(evidence, finding === 'failed', explanation.wave, figures);
}

function isOfRegistry(evidence: Evidence): evidence is RegistryEvidence {
  return KINDS.some((kind) => kind === evidence.kind);
}

/** Whether nobody was asked for the NIK, since its digits are no NIK. */
export function isNotAsked({ nik_warnings: warnings }: Explanation): boolean {
  return warnings.includes('NIK_NOT_ASKED');
}
