/** What is said where the master key of a database is not where it was looked for: where that was, and what helps there. */
import { GelombangError } from '../errors.ts';
import { findMasters, type MasterSource } from './master.ts';

/** @param name Of the key that the database is sealed with. */
export async function notHere(name: string, source: MasterSource): Promise<GelombangError> {
  const masters = await findMasters(source, []);
  const where = source.kind === 'given' ? 'GELOMBANG_KEY' : source.path;
  const others = masters.map((each) => each.name).join(', ');
  const found = others === '' ? `there is none in ${where}` : `${where} has key ${others}, which is another`;
  return new GelombangError(
    'INPUT_REFUSED',
    `what this database keeps of people is sealed with key ${name}, which is not here: ${found}`,
    { concerns: { key: name }, next: await nextStep(name, source) },
  );
}

async function nextStep(name: string, source: MasterSource): Promise<string> {
  const { setBy } = source;
  if (setBy !== undefined && (await isIn(setBy.otherwise, name)))
    return `Unset ${setBy.variable}: key ${name} is in ${setBy.otherwise}, which is used then.`;
  const copy = (path: string) =>
    `copy the key file to ${path} from the machine on which the first command was given, or on which the keys were rotated last`;
  const ways =
    source.kind === 'file'
      ? copy(source.path)
      : `set GELOMBANG_KEY to key ${name}${setBy === undefined ? '' : `, or unset it and ${copy(setBy.otherwise)}`}`;
  return `${ways.charAt(0).toUpperCase()}${ways.slice(1)}, or restore it from its backup. Without it the data cannot be read by anybody.`;
}

/** What is wrong with a file that nobody has named is not what is asked. */
async function isIn(path: string, name: string): Promise<boolean> {
  const masters = await findMasters({ kind: 'file', path }, [name]).catch(() => []);
  return masters.some((master) => master.name === name);
}
