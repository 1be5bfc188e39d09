/** What the registry says of an application, in Indonesian. */
import type { Evidence, Explanation, Finding, Registry } from './explanation.ts';
import type { Figures } from './figures.ts';
import { isNotAsked, type RegistryEvidence } from './registry-evidence.ts';
import type { Row } from './texts.ts';

/** On what a rule was decided that needs the registry. */
export function registryEvidenceInIndonesian(
  evidence: RegistryEvidence,
  finding: Finding,
  explanation: Explanation,
  figures: Figures,
): string {
  const { registry } = explanation;
  if (finding === 'not_asked') return notAsked(explanation, figures);
  const failed = finding === 'failed';
  if (failed && evidence.kind === 'known' && isNotAsked(explanation))
    return `susunan angkanya bukan susunan NIK (${whyNoNik(explanation)}), sehingga Dukcapil tidak ditanya`;
  if (registry.source === 'dukcapil') return answered(evidence, failed, answerOf(registry, figures));
  return held(evidence, failed, registryName(registry, figures));
}

function notAsked(explanation: Explanation, figures: Figures): string {
  const { outcome, reasons, registry } = explanation;
  if (outcome === 'UNVERIFIED') return 'belum dapat diperiksa karena Dukcapil tidak memberi jawaban';
  if (isNotAsked(explanation)) return 'tidak dapat diperiksa karena susunan angka NIK keliru';
  const isMissing = reasons.includes('NIK_NOT_FOUND');
  if (registry.source !== 'dukcapil') return 'tidak dapat diperiksa karena NIK tidak ada di data Dukcapil';
  const answer = answerOf(registry, figures);
  return isMissing
    ? `tidak dapat diperiksa karena NIK tidak ada menurut ${answer}`
    : `tidak disebut dalam ${answer}, dan tidak memberatkan pendaftar`;
}

function whyNoNik({ nik_warnings: warnings }: Explanation): string {
  return [
    ...(warnings.includes('NIK_PROVINCE_UNKNOWN') ? ['dua angka pertamanya bukan kode provinsi'] : []),
    ...(warnings.includes('NIK_DATE_IMPOSSIBLE') ? ['hari dan bulannya bukan tanggal yang ada'] : []),
  ].join(', ');
}

/** Held against what the registry has: a snapshot of it, or what it gave of the person in a file. */
function held(of: RegistryEvidence, failed: boolean, registry: string): string {
  switch (of.kind) {
    case 'known':
      return failed ? `tidak ada di ${registry}${nearly(of)}` : `ada di ${registry}`;
    case 'status':
      return `${failed ? 'tercatat begitu' : 'tidak ada catatan seperti itu'} di ${registry}`;
    case 'kk':
      return failed
        ? `nomor KK yang diisi berakhiran ${of.given_ends_in}, berbeda dengan ${registry}`
        : `sama dengan ${registry}`;
    case 'name':
      return `${of.similarity}% mirip dengan ${registry}; syaratnya minimal ${of.least}%`;
    case 'birth_date':
      return `${failed ? 'berbeda' : 'sama'} dengan ${registry}`;
  }
}

/** Held by the registry itself against what it has, which it does not give away. */
function answered(of: RegistryEvidence, failed: boolean, answer: string): string {
  switch (of.kind) {
    case 'known':
      return `${failed ? 'tidak ada' : 'ada'} menurut ${answer}`;
    case 'status':
      return `${failed ? 'tercatat begitu' : 'tidak tercatat begitu'} menurut ${answer}`;
    case 'kk':
      return failed
        ? `nomor KK yang diisi berakhiran ${of.given_ends_in}, tidak sesuai menurut ${answer}`
        : `sesuai menurut ${answer}`;
    case 'name':
      return `${of.similarity}% mirip menurut ${answer}; syaratnya minimal ${of.least}%`;
    case 'birth_date':
      return `${failed ? 'tidak sesuai' : 'sesuai'} menurut ${answer}`;
  }
}

function nearly({ slip, slip_sought: isSought }: Evidence & { kind: 'known' }): string {
  if (!isSought) return '';
  const person = 'penduduk aktif dengan nama dan tanggal lahir yang sama';
  if (slip === null) return `; ${person} dan NIK yang hampir sama juga tidak ada`;
  return slip === 'one_digit'
    ? `, tetapi di sana ada ${person}, yang NIK-nya berbeda satu angka`
    : `, tetapi di sana ada ${person}, yang dua angka berdampingan di NIK-nya bertukar tempat`;
}

function registryName(registry: Exclude<Registry, { source: 'dukcapil' }>, { day }: Figures): string {
  if (registry.source === 'snapshot') return `data Dukcapil per ${day(registry.as_of)}`;
  const { answers } = registry;
  if (answers === null) return 'jawaban Dukcapil, yang berkasnya tidak lagi tersimpan';
  return `jawaban Dukcapil per ${day(answers.as_of)} (versi ${answers.version})`;
}

function answerOf({ answer }: Registry & { source: 'dukcapil' }, { moment }: Figures): string {
  if (answer === null) return 'jawaban Dukcapil yang tidak lagi tersimpan';
  return `jawaban Dukcapil tanggal ${moment(answer.answered_at)}, kode ${answer.code}`;
}

/** Against which registry, and which version of it or answer. */
export function registryInIndonesian(explanation: Explanation, figures: Figures): readonly Row[] {
  const { registry } = explanation;
  switch (registry.source) {
    case 'snapshot':
      return [['Dukcapil', versionOf(registry, figures)]];
    case 'exchange': {
      const { answers } = registry;
      const found = answers === null ? without(explanation) : versionOf(answers, figures);
      return [['Dukcapil', `jawaban dalam berkas: ${found}`]];
    }
    case 'dukcapil': {
      const { answer, snapshot } = registry;
      const found =
        answer === null
          ? without(explanation)
          : `jawaban tanggal ${figures.moment(answer.answered_at)}, kode ${answer.code}`;
      const households = snapshot === null ? [] : [versionOf(snapshot, figures)];
      return [
        ['Dukcapil', `layanan web: ${found}`],
        ...households.map((text): Row => ['keluarga', `penerima terdahulu, ${text}`]),
      ];
    }
  }
}

function without(explanation: Explanation): string {
  if (isNotAsked(explanation)) return 'tidak ditanya karena susunan angka NIK keliru';
  return explanation.outcome === 'UNVERIFIED' ? 'belum ada jawaban' : 'jawabannya tidak lagi tersimpan';
}

type Version = Omit<Registry & { source: 'snapshot' }, 'source'>;

function versionOf({ version, as_of, file, imported_at, rows }: Version, figures: Figures): string {
  const { day, moment, amount } = figures;
  return `per ${day(as_of)}: versi ${version}, ${file}, ${amount(rows)} orang, dimuat ${moment(imported_at)}`;
}
