/** The typed columns of applications, of the registry, of lists and of past recipients: what an import writes and a stage decides by. */
import type { Columns } from '../columns/layout.ts';

/** Of one application, what an account is found by, and its line of the file. */
export const NUMBERED = { registrationNo: 'words', line: 'u32' } as const;

/** What was given beside it. NIK and KK in halves of eight digits. */
export const GIVEN = {
  nikHigh: 'u32',
  nikLow: 'u32',
  kkHigh: 'u32',
  kkLow: 'u32',
  /** The time joined: whole hours from 0000-01-01T00:00Z on, and microseconds into the hour. */
  joinedHour: 'u32',
  joinedMicrosecond: 'u32',
  /** Days from 2000-01-01 on. */
  birthDay: 'i32',
  regency: 'u16',
  /** Bits, as `FLAGS` says. */
  flags: 'u16',
  /** Place in `EMPLOYMENT_STATUSES`, and of the occupation in `OCCUPATIONS`. */
  employmentStatus: 'u8',
  occupation: 'u8',
  /** As it was given. */
  fullName: 'text',
} as const;

/** Of one application. */
export const APPLICATION = { ...NUMBERED, ...GIVEN } as const;

export type Applications = Columns<typeof APPLICATION>;

/** Bits of an application's `flags`. */
export const FLAGS = {
  inSchool: 1,
  disability: 2,
  emailVerified: 4,
  phoneVerified: 8,
  selfieVerified: 16,
  testTaken: 32,
  female: 64,
} as const;

/** Of one entry of a list; and whoever else is known by the NIK. */
export const ENTRY = { nikHigh: 'u32', nikLow: 'u32' } as const;

export type Entries = Columns<typeof ENTRY>;

/** Of one person of the registry, what it says beside the NIK. */
export const KNOWN = {
  /** Both 0 where the registry gives none. */
  kkHigh: 'u32',
  kkLow: 'u32',
  birthDay: 'i32',
  /** `P`. */
  female: 'u8',
  /** Place in `REGISTRY_STATUSES`. */
  status: 'u8',
  fullName: 'text',
} as const;

/** Of one person of the registry. */
export const PERSON = { ...ENTRY, ...KNOWN } as const;

export type People = Columns<typeof PERSON>;

/** In this order their codes are kept: new values come at the end. */
export const REGISTRY_STATUSES = ['ACTIVE', 'INACTIVE', 'DECEASED', 'DUPLICATE'] as const;

/** In place of a status, of somebody who was asked for: the registry does not have the NIK, and nothing else is known. */
export const NOT_REGISTERED = 255;

/** Of one place that someone received. */
export const RECIPIENT = {
  nikHigh: 'u32',
  nikLow: 'u32',
  /** The household at the time; both 0 where it is not known. */
  kkHigh: 'u32',
  kkLow: 'u32',
  /** The wave's number; the wave itself need not be known here. */
  wave: 'u32',
} as const;

export type Recipients = Columns<typeof RECIPIENT>;
