/**
 * Bytes that nobody reads without their key, and that cannot be changed or put elsewhere unseen: AES-256-GCM (NIST SP
 * 800-38D) with a random nonce, of which one key may have 2^32.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type ErrorDetails, GelombangError } from '../errors.ts';

const CIPHER = 'aes-256-gcm';
export const KEY_BYTES = 32;

/** What sealed bytes begin with: the version of this form, and the id of the key, big-endian. */
const VERSION = 1;
const ID_AT = 1;
const NONCE_AT = 5;
const SEALED_AT = 17;
const TAG_BYTES = 16;

/** By how many bytes they are longer than what is in them. */
export const SEAL_BYTES = SEALED_AT + TAG_BYTES;

/** A key, and the number that what is sealed with it names it by. */
export interface Key {
  readonly id: number;
  readonly bytes: Uint8Array;
}

/**
 * @param place Where they will stand: table, column and the keys of the row, as far as these are known. It is not kept, and
 * whoever opens them has to say the same.
 */
export function seal({ id, bytes: key }: Key, place: string, bytes: Uint8Array): Buffer {
  const nonce = randomBytes(SEALED_AT - NONCE_AT);
  const cipher = createCipheriv(CIPHER, key, nonce);
  const head = Buffer.allocUnsafe(NONCE_AT);
  head[0] = VERSION;
  head.writeUInt32BE(id, ID_AT);
  cipher.setAAD(boundTo(head, place));
  const sealed = cipher.update(bytes);
  cipher.final();
  return Buffer.concat([head, nonce, sealed, cipher.getAuthTag()]);
}

/** The id of the key. @throws GelombangError UNEXPECTED for bytes that are not sealed. */
export function keyIdOf(sealed: Uint8Array, place: string): number {
  if (sealed.length < SEAL_BYTES || sealed[0] !== VERSION) throw unopened(place);
  return new DataView(sealed.buffer, sealed.byteOffset).getUint32(ID_AT);
}

/** What was sealed. @throws GelombangError UNEXPECTED where it was changed, or stood elsewhere, or the key is another. */
export function open({ bytes: key }: Pick<Key, 'bytes'>, place: string, sealed: Uint8Array): Buffer {
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(NONCE_AT, SEALED_AT), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(boundTo(sealed.subarray(0, NONCE_AT), place));
  decipher.setAuthTag(sealed.subarray(end));
  const bytes = decipher.update(sealed.subarray(SEALED_AT, end));
  try {
    decipher.final();
  } catch {
    throw unopened(place);
  }
  return bytes;
}

function boundTo(head: Uint8Array, place: string): Buffer {
  return Buffer.concat([head, Buffer.from(place)]);
}

/** What is kept was changed by somebody who does not have the key. */
export class Tampered extends GelombangError {
  /** @param what For example `a block cannot be opened`. */
  constructor(what: string, concerns: ErrorDetails['concerns'] = {}) {
    super('UNEXPECTED', what, { concerns, next: AFTER_TAMPERING, final: true });
  }
}

const AFTER_TAMPERING =
  'Somebody wrote to the database who should not. Keep it as it is, hold what was published against an export that was handed ' +
  'out, and restore a backup of before. Look at who did what with: gelombang audit verify';

function unopened(place: string): Tampered {
  return new Tampered(`${place} cannot be opened: it was changed or put there from elsewhere`);
}
