import { describe, expect, it } from '@jest/globals';
import { statefulFields } from './base-fields.ts';
import { base64Key, integer } from './fields.ts';
import { ConfigError, readConfig } from './read-config.ts';

const sound = {
  DATABASE_URL: 'postgres://laurel_redemption:secret@db:5432/laurel',
  KAFKA_BROKERS: 'kafka-1:9092, kafka-2:9092',
  LAUREL_JWKS: '/keys/jwks.json',
  LAUREL_JWT_ISSUER: 'https://issuer.example',
};

function faultsOf(fields: Parameters<typeof readConfig>[0], env: Record<string, string>): ConfigError {
  try {
    readConfig(fields, env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error('the configuration was taken');
}

describe('the configuration of a service', () => {
  it('has defaults for all that can have one', () => {
    expect(readConfig(statefulFields('redemption'), sound)).toMatchObject({
      port: 3003,
      host: '127.0.0.1',
      environment: 'production',
      databasePoolSize: 10,
      kafkaBrokers: ['kafka-1:9092', 'kafka-2:9092'],
      sessionTimeoutMs: 10_000,
      topicPrefix: '',
      roles: ['http', 'consumers', 'relay', 'reconcilers'],
      jwtAudience: 'laurel',
      logLevel: 'info',
      otlpEndpoint: undefined,
    });
  });

  it('is refused with all its faults at once', () => {
    const { faults } = faultsOf(statefulFields('commission-boost'), {
      COMMISSION_BOOST_PORT: '70000',
      DATABASE_URL: 'mysql://db',
      LAUREL_ROLES: 'http,workers',
      LOG_LEVEL: 'loud',
    });
    expect(faults.map((fault) => fault.variable).sort()).toEqual([
      'COMMISSION_BOOST_PORT',
      'DATABASE_URL',
      'KAFKA_BROKERS',
      'LAUREL_JWKS',
      'LAUREL_JWT_ISSUER',
      'LAUREL_ROLES',
      'LOG_LEVEL',
    ]);
    expect(faults.find((fault) => fault.variable === 'COMMISSION_BOOST_PORT')).toEqual({
      variable: 'COMMISSION_BOOST_PORT',
      problem: 'is "70000"',
      expected: 'a whole number from 0 to 65535',
    });
  });

  it('never repeats a secret', () => {
    const { message } = faultsOf(statefulFields('ingestion'), { ...sound, DATABASE_URL: 'mysql://user:hush@db' });
    expect(message).toContain('DATABASE_URL: is not valid; expected a URL');
    expect(message).not.toContain('hush');
  });

  it('takes an empty variable for one that is not set', () => {
    const config = readConfig({ pages: integer('PAGES', { fallback: 7, min: 1, max: 9 }) }, { PAGES: ' ' });
    expect(config.pages).toBe(7);
  });

  it.each([
    ['http', ['http']],
    ['consumers, relay', ['consumers', 'relay']],
  ])('reads roles %s', (given, roles) => {
    expect(readConfig(statefulFields('ingestion'), { ...sound, LAUREL_ROLES: given }).roles).toEqual(roles);
  });

  it.each(['http,http', 'http,', 'HTTP'])('refuses roles %s', (given) => {
    expect(faultsOf(statefulFields('ingestion'), { ...sound, LAUREL_ROLES: given }).faults).toHaveLength(1);
  });

  it.each([
    ['0', false],
    ['1', true],
    ['9', true],
    ['10', false],
    ['1.0', false],
    ['', false],
  ])('of 1 to 9, %s is taken: %s', (given, taken) => {
    const read = () => readConfig({ n: integer('N', { min: 1, max: 9 }) }, { N: given });
    if (taken) expect(read().n).toBe(Number(given));
    else expect(read).toThrow(ConfigError);
  });

  it('reads a key of exactly its length', () => {
    const fields = { key: base64Key('KEY', 32) };
    expect(readConfig(fields, { KEY: Buffer.alloc(32, 1).toString('base64') }).key).toEqual(Buffer.alloc(32, 1));
    expect(faultsOf(fields, { KEY: Buffer.alloc(31).toString('base64') }).message).toContain('32 bytes in base64');
  });
});
