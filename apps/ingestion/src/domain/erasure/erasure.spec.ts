import { describe, expect, it } from '@jest/globals';
import { ASKED_SERVICES, decideErasure, type Obligation, type ServiceAnswer } from './erasure.ts';

const checked = (obligations: readonly Obligation[] = []): ServiceAnswer[] =>
  ASKED_SERVICES.map((service) => ({
    service,
    stage: 'checked',
    obligations: service === 'commission-boost' ? obligations : [],
    erased: [],
  }));
const erased = (...services: ServiceAnswer['service'][]): ServiceAnswer[] =>
  services.map((service) => ({ service, stage: 'erased', obligations: [], erased: [] }));
const [unpaid, inRun] = [
  { kind: 'boost_not_paid', id: 'a' },
  { kind: 'boost_in_payout_run', id: 'b' },
] as const;

describe('an erasure that is checked', () => {
  const asked = { status: 'checking', forced: false } as const;
  it.each(ASKED_SERVICES.map((service, index) => [service, index] as const))('waits for %s', (_, index) => {
    expect(decideErasure(asked, checked().toSpliced(index, 1))).toBeUndefined();
  });

  it('is carried out when nothing is owed, refused when something is, carried out all the same when it is forced', () => {
    expect(decideErasure(asked, checked())).toBe('erasing');
    expect(decideErasure(asked, checked([unpaid]))).toBe('refused');
    expect(decideErasure({ ...asked, forced: true }, checked([unpaid]))).toBe('erasing');
  });

  it('is refused, also when it is forced, while a payment is on its way', () => {
    expect(decideErasure({ ...asked, forced: true }, checked([unpaid, inRun]))).toBe('refused');
  });
});

describe('an erasure that is carried out', () => {
  const running = { status: 'erasing', forced: false } as const;
  it('is done when every service has confirmed, this one too', () => {
    expect(decideErasure(running, [...checked(), ...erased(...ASKED_SERVICES)])).toBeUndefined();
    expect(decideErasure(running, erased('ingestion', 'redemption', 'commission-boost'))).toBeUndefined();
    expect(decideErasure(running, erased(...ASKED_SERVICES, 'ingestion'))).toBe('done');
  });

  it.each(['refused', 'done'] as const)('that is %s stays so', (status) => {
    expect(decideErasure({ status, forced: true }, [...checked(), ...erased(...ASKED_SERVICES, 'ingestion')])).toBe(
      undefined,
    );
  });
});
