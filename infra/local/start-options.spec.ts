import { describe, expect, it } from '@jest/globals';
import { servicePortClaims, startOptions } from './start-options.ts';

describe('npm start', () => {
  it('has the ports of the documentation, a demo, and keeps its data', () => {
    const options = startOptions([], {});
    expect(options).toMatchObject({ demo: true, fresh: false, postgresPort: 15_432, kafkaPort: 19_092 });
    expect(options.servicePorts).toMatchObject({ gateway: 3_000, 'commission-boost': 3_004 });
  });

  it('takes every port from its variable, and names it in a claim', () => {
    const options = startOptions(['--no-demo'], {
      GATEWAY_PORT: '8080',
      LAUREL_PG_PORT: '5433',
      LAUREL_KAFKA_PORT: '9192',
    });
    expect(options).toMatchObject({ demo: false, postgresPort: 5_433, kafkaPort: 9_192 });
    expect(servicePortClaims(options)).toContainEqual({ port: 8_080, owner: 'the gateway', variable: 'GATEWAY_PORT' });
  });

  it.each(['0', 'x', '70000', '65535'])('refuses %s as a port by the name of its variable', (port) => {
    expect(() => startOptions([], { LAUREL_KAFKA_PORT: port })).toThrow(`LAUREL_KAFKA_PORT is no port: ${port}`);
  });

  it('never empties a database that it was given', () => {
    expect(() => startOptions(['--fresh'], { DATABASE_URL: 'postgres://x' })).toThrow(
      '--fresh empties local data only',
    );
  });

  it('shows its options when one is unknown', () => {
    expect(() => startOptions(['--frsh'], {})).toThrow('npm start -- [--no-demo] [--fresh]');
  });
});
