/** The triggers of the migrations, and whether the database has them still: as they were written, on their tables, at work. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../config.ts';
import type { Queryable } from './database.ts';

interface Trigger {
  readonly trigger: string;
  readonly table: string;
  /** The body of its function. */
  readonly body: string;
}

const TRIGGER = /CREATE TRIGGER "(\w+)" [^;]*? ON "(\w+)"[^;]*? EXECUTE FUNCTION "(\w+)"\(\)/g;
const FUNCTION = /CREATE FUNCTION "(\w+)"\([^;]*?\$\$([\s\S]*?)\$\$/g;

/** What is not as it was written, each as a sentence; a trigger that is off, another one of its name, a function that was changed. */
export async function findMissingGuards(sql: Queryable): Promise<readonly string[]> {
  const there = await sql<(Trigger & { on: boolean })[]>`
    select tgname as trigger, relname as table, prosrc as body, tgenabled in ('O', 'A') as on
    from pg_trigger join pg_class on pg_class.oid = tgrelid join pg_proc on pg_proc.oid = tgfoid
    where relnamespace = 'public'::regnamespace and not tgisinternal`;
  const found = new Map(there.map((one) => [`${one.table} ${one.trigger}`, one]));
  return (await writtenTriggers()).flatMap(({ trigger, table, body }) => {
    const one = found.get(`${table} ${trigger}`);
    if (one === undefined) return [`trigger ${trigger} of ${table} is gone`];
    if (!one.on) return [`trigger ${trigger} of ${table} is off`];
    return one.body === body ? [] : [`the function of trigger ${trigger} of ${table} was changed`];
  });
}

async function writtenTriggers(): Promise<readonly Trigger[]> {
  const folder = join(projectRoot(), 'drizzle');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql'));
  const text = (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
  const bodies = new Map([...text.matchAll(FUNCTION)].map(([, name = '', body = '']) => [name, body]));
  return [...text.matchAll(TRIGGER)].map(([, trigger = '', table = '', name = '']) => ({
    trigger,
    table,
    body: bodies.get(name) ?? '',
  }));
}
