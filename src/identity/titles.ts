/**
 * Titles before and after Indonesian names. A title is known by its full stops, or by a comma before it:
 * `H.` is one and the name `H` is not, `S.E` and `, SE` are and the initials `S E` are not.
 */

/** Before the name, each ended by a full stop: religious (haji, kiai, teungku), academic, of address. */
const BEFORE = 'PROF DRS DRA DRG DRH DR IR NS APT HJ H KH K.H TGK TN NY'.split(' ');

/** After the name: diplomas (A), first degrees (S), masters (M), doctors. */
const AFTER = `
  A.MA A.MA.PD A.MD A.MD.AK A.MD.KEB A.MD.KEP A.MD.KOM A.MD.T
  S.AB S.AG S.AK S.AP S.ARS S.E S.E.I S.E.SY S.FARM S.GZ S.H S.H.I S.HUM S.HUT S.I.KOM S.I.P S.IKOM S.IP S.KEB
  S.KED S.KEL S.KEP S.KH S.KM S.KOM S.M S.MAT S.P S.PAR S.PD S.PD.I S.PD.K S.PD.SD S.PI S.PSI S.PT S.S S.SI S.SN
  S.SOS S.SOS.I S.ST S.STAT S.SY S.T S.TH S.TH.I S.TP S.TR S.TR.KEB S.TR.KEP S.TR.KOM S.TR.T
  M.A M.AG M.AK M.AP M.B.A M.ENG M.FARM M.H M.H.I M.HUM M.I.KOM M.KEB M.KEP M.KES M.KM M.KN M.KOM M.M M.MAT M.P
  M.PD M.PD.I M.PSI M.SC M.SI M.SN M.SOS M.T M.TH M.TI
  PH.D`
  .trim()
  .split(/\s+/);

const TITLES_BEFORE = new RegExp(`^(?:(?:${alternatives(BEFORE)})\\.\\s*)+`, 'u');
const DOTTED_AFTER = `[\\s,]{1,4}(?:${alternatives(AFTER)})\\.?`;
const PLAIN_AFTER = `\\s{0,2},\\s{0,2}(?:${alternatives(AFTER.map((title) => title.replaceAll('.', '')))})`;
const TITLES_AFTER = new RegExp(`(?:(?:${DOTTED_AFTER}|${PLAIN_AFTER})(?=[\\s,]|$))+[\\s,]*$`, 'u');

/**
 * A name, upper-cased and trimmed but with its punctuation, without the titles before and after it;
 * the same text where it has none. May be empty.
 */
export function withoutTitles(upperCased: string): string {
  if (!/[.,]/u.test(upperCased)) return upperCased;
  return upperCased.replace(TITLES_BEFORE, '').replace(TITLES_AFTER, '');
}

/** Longest first, so that `S.PD` does not stand in the way of `S.PD.I`. */
function alternatives(titles: readonly string[]): string {
  return titles
    .toSorted((left, right) => right.length - left.length)
    .map((title) => title.replaceAll('.', '\\.'))
    .join('|');
}
