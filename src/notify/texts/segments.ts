/** How long an SMS is: in its alphabet, and in the messages that a gateway cuts it into (3GPP TS 23.038). */

export interface SmsLength {
  readonly alphabet: 'GSM-7' | 'UCS-2';
  /** Septets of GSM-7, or units of 16 bits. */
  readonly units: number;
  /** Messages that it is sent as, and paid for. */
  readonly segments: number;
}

/** The basic alphabet, each a septet. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Behind an escape, which is a septet as well. */
const EXTENDED = new Set('\f^{}\\[~]|€');

/** Units of a message that is alone, and of one that says which of several it is. */
const ROOM = { 'GSM-7': { alone: 160, joined: 153 }, 'UCS-2': { alone: 70, joined: 67 } } as const;

/** No character is cut in two: neither an escaped one nor a pair of surrogates. */
export function segmentsOf(text: string): SmsLength {
  const characters = [...text];
  const alphabet = characters.every(isGsm) ? 'GSM-7' : 'UCS-2';
  const sizes = characters.map((each) => (alphabet === 'GSM-7' ? septetsOf(each) : each.length));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const { alone, joined } = ROOM[alphabet];
  if (units <= alone) return { alphabet, units, segments: 1 };
  let segments = 1;
  let filled = 0;
  for (const size of sizes) {
    if (filled + size > joined) {
      segments++;
      filled = 0;
    }
    filled += size;
  }
  return { alphabet, units, segments };
}

/** The characters that make a text one of UCS-2, each once. */
export function beyondGsm(text: string): readonly string[] {
  return [...new Set(text)].filter((character) => !isGsm(character));
}

function isGsm(character: string): boolean {
  return BASIC.has(character) || EXTENDED.has(character);
}

function septetsOf(character: string): number {
  return EXTENDED.has(character) ? 2 : 1;
}
