import { describe, expect, it } from '@jest/globals';
import { actingAs, asRole, databaseOf, withDatabase } from './connection-url.ts';
import { passwordOf } from './roles.ts';

const ADMIN = 'postgres://admin:s%40cret@db:5432/laurel';

describe('connection URLs', () => {
  it('name another database or role of the same server', () => {
    expect(withDatabase(ADMIN, 'other')).toBe('postgres://admin:s%40cret@db:5432/other');
    expect(asRole(ADMIN, 'laurel_ingestion', 'p/w')).toBe('postgres://laurel_ingestion:p%2Fw@db:5432/laurel');
    expect(databaseOf(ADMIN)).toBe('laurel');
    expect(databaseOf('postgres://db')).toBe('postgres');
  });

  it('act as an owner that has no sign-in', () => {
    expect(new URL(actingAs(ADMIN, 'laurel_x_owner')).searchParams.get('options')).toContain('-c role=laurel_x_owner');
  });
});

describe('the password of a running role', () => {
  it('is the same wherever the administrator’s is known, and another for every service', () => {
    const password = passwordOf('ingestion', ADMIN, {});
    expect(passwordOf('ingestion', 'postgres://other:s%40cret@elsewhere/x', {})).toBe(password);
    expect(passwordOf('redemption', ADMIN, {})).not.toBe(password);
  });

  it('is the given one, if one is given', () => {
    expect(passwordOf('tier-evaluation', ADMIN, { LAUREL_TIER_EVALUATION_PASSWORD: 'mine' })).toBe('mine');
  });

  it('is never derived from nothing', () => {
    expect(() => passwordOf('ingestion', 'postgres://admin@db/laurel', {})).toThrow('LAUREL_INGESTION_PASSWORD');
  });
});
