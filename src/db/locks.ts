/**
 * The advisory locks, by their first key; the second key is a wave's number where nothing else is said.
 * PostgreSQL gives them up by itself when the connection that holds them goes, however it goes.
 */
export const SESSION_LOCKS = {
  /** One process at a time brings the tables up to date; the second key is 0. */
  migration: 0x67656c01,
  /** The process that leads a wave's run; nobody else leads while it lives. */
  lead: 0x67656c02,
  /** Held by an import for as long as it lives; the second key is the import's id. */
  importing: 0x67656c06,
  /** The one process that calls the registry's web service; the second key is 0. */
  calling: 0x67656c09,
  /** Shared by the sessions that a step has beside its transaction; the second key is its fencing token. */
  leased: 0x67656c0c,
  /** The one process that rotates the keys; the second key is 0. */
  rotating: 0x67656c20,
} as const;

export const TRANSACTION_LOCKS = {
  /** Shared by the imports into a wave; its close takes it alone. */
  intake: 0x67656c03,
  /** One import at a time settles which rows stand. */
  settle: 0x67656c04,
  /** Who writes recipients, or fixes which of them a wave knows, does it alone; the second key is 0. */
  recipients: 0x67656c07,
  /** Who writes answers of the registry, or fixes which of them a wave knows, does it alone; the second key is 0. */
  answers: 0x67656c0a,
  /**
   * Who brings in answers that came in a file, drops a snapshot, or fixes which of them a wave knows, does it alone; the
   * second key is 0.
   */
  snapshots: 0x67656c0b,
  /** One import at a time makes a version of a list; the second key is 0. */
  lists: 0x67656c08,
  /** One process at a time makes data keys, or seals them anew; the second key is 0. */
  keys: 0x67656c21,
  /** One process at a time makes roles and logins, or changes what they may; the second key is 0. */
  rights: 0x67656c0d,
  /** One process at a time plans a wave's next stage. */
  plan: 0x67656c05,
  /** One entry of the audit log at a time; the second key is 0. Taken by the trigger that chains them, and there only. */
  audit: 0x67656c10,
} as const;

/** Of a session that holds a lock which everybody needs: frozen or cut off for half a minute, it is ended, and its lock is free. */
export const GIVES_WAY = `set idle_session_timeout = '30s'; set idle_in_transaction_session_timeout = '30s'`;
