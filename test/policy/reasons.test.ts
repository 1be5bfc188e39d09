import { expect, test } from 'vitest';
import { reasonCodes } from '../../src/policy/reasons.ts';

test('reason codes stand in the order in which reasons are written, lists by name', () => {
  const codes = reasonCodes({
    layers: ['test', 'selfie', 'phone', 'email'],
    deny_lists: ['dtks', 'bsu', 'asn-2'],
    rules: [],
  });
  expect(codes).toEqual([
    ...['DUPLICATE_NIK', 'NIK_NOT_FOUND', 'NIK_INACTIVE', 'NIK_DECEASED', 'NIK_DUPLICATE', 'KK_MISMATCH'],
    ...['NAME_MISMATCH', 'BIRTH_DATE_MISMATCH', 'AGE_OUT_OF_RANGE', 'IN_SCHOOL', 'OCCUPATION_BARRED'],
    ...['EMAIL_UNVERIFIED', 'PHONE_UNVERIFIED', 'SELFIE_UNVERIFIED', 'TEST_NOT_TAKEN'],
    ...['ON_LIST:asn-2', 'ON_LIST:bsu', 'ON_LIST:dtks', 'PAST_RECIPIENT', 'BLOCKED'],
  ]);
});

test('layers and lists that the policy does not have give no reason', () => {
  const codes = reasonCodes({ layers: ['phone'], deny_lists: [], rules: [] });
  expect(codes.slice(10)).toEqual(['OCCUPATION_BARRED', 'PHONE_UNVERIFIED', 'PAST_RECIPIENT', 'BLOCKED']);
});
