/** What PostgreSQL keeps of a password, made here: so that the password is in no statement, and in no log of the server. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** As PostgreSQL has it where nothing else is set. */
const ITERATIONS = 4096;

const SALT_BYTES = 16;

/** The verifier of SCRAM-SHA-256 (RFC 5802, RFC 7677), in PostgreSQL's writing; another one each time. */
export function scramVerifier(password: string, iterations = ITERATIONS): string {
  const salt = randomBytes(SALT_BYTES);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const keyOf = (purpose: string) => createHmac('sha256', salted).update(purpose).digest();
  const stored = createHash('sha256').update(keyOf('Client Key')).digest('base64');
  const server = keyOf('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${server}`;
}
