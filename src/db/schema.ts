/**
 * The tables. Each stage writes its own and reads those of the stages before it; an application's state is what
 * they say together. Numbered migrations in `drizzle/` are made from these files; five things stand only there, since
 * drizzle has no word for them: blocks are kept as they are, without being compressed; `notice` leaves room in its pages,
 * so that a change of state does not touch its index; the view `outcome` shows what is in blocks of lines as rows, for people
 * and for what is asked seldom; triggers refuse to change what a draw was made of: policy, lists, pool and entropy of a frozen
 * wave; and others chain the audit log, and hold what two people have to decide. What is kept of people is sealed (`src/keys`):
 * a column of which that is said is of no use without a key that is not in the database.
 */

export * from './schema/audit.ts';
export * from './schema/imports.ts';
export * from './schema/keys.ts';
export * from './schema/lease.ts';
export * from './schema/lists.ts';
export * from './schema/notices.ts';
export * from './schema/readers.ts';
export * from './schema/registry.ts';
export * from './schema/results.ts';
export * from './schema/run.ts';
export * from './schema/wave.ts';
