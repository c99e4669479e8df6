import { asId, type CreatorId, type ErasureId } from '#libs/kernel';
import { keyOf, lockLanes } from '#libs/messaging';
import { sql, type TenantTransaction } from '#libs/persistence';
import { ASKED_SERVICES, type Obligation } from '../src/domain/erasure/erasure.ts';
import { AdvanceErasure } from '../src/use-cases/erasure/advance-erasure.ts';
import { CarryOutErasures } from '../src/use-cases/erasure/carry-out-erasures.ts';
import { ReadErasure, type ErasureReport } from '../src/use-cases/erasure/read-erasure.ts';
import { RequestErasure } from '../src/use-cases/erasure/request-erasure.ts';
import type { ClientWorld, IngestionWorld } from './ingestion-world.ts';

/** Erasures of a client's creators, with a test in the place of the other services. */
export class ErasureWorld {
  readonly #world: IngestionWorld;
  readonly #client: ClientWorld;

  constructor(world: IngestionWorld, client: ClientWorld) {
    this.#world = world;
    this.#client = client;
  }

  async creator(handle: string): Promise<CreatorId> {
    const [row] = await this.#client.rows<{ id: string }>(
      sql`SELECT creator_id AS id FROM ingestion.creator WHERE handle = ${handle}`,
    );
    return asId<CreatorId>(row?.id ?? '');
  }

  async request(creatorId: CreatorId, reason: string | null = null): Promise<ErasureId> {
    const order = { creatorId, reason, requestedBy: 'an admin' };
    const erasure = await this.#inLane(creatorId, (tx) => this.#world.app.get(RequestErasure).execute(order, tx));
    return erasure.id;
  }

  /** What the other services say, each once more than needed. */
  async answer(id: ErasureId, stage: 'checked' | 'erased', owed: readonly Obligation[] = []): Promise<void> {
    const { creatorId } = await this.report(id);
    for (const service of [...ASKED_SERVICES, ...ASKED_SERVICES]) {
      const obligations = service === 'commission-boost' ? owed : [];
      const erased = stage === 'erased' ? [{ what: 'data_key', count: 1 }] : [];
      const answer = { service, stage, obligations, erased };
      await this.#inLane(creatorId, (tx) => this.#world.app.get(AdvanceErasure).note(id, answer, tx));
    }
  }

  /** What the reconciler does until there is nothing to do, or it has to wait. */
  async carryOut(): Promise<void> {
    while (await this.#world.app.get(CarryOutErasures).execute());
  }

  report(id: ErasureId): Promise<ErasureReport> {
    return this.#world.app.get(ReadErasure).execute(this.#client.clientId, id);
  }

  async erase(handle: string): Promise<ErasureId> {
    const id = await this.request(await this.creator(handle));
    await this.answer(id, 'checked');
    await this.carryOut();
    await this.answer(id, 'erased');
    return id;
  }

  #inLane<T>(creatorId: CreatorId, work: (tx: TenantTransaction) => Promise<T>): Promise<T> {
    return this.#world.database.inTenant(this.#client.clientId, async (tx) => {
      await lockLanes(tx, [keyOf(this.#client.clientId, creatorId)]);
      return work(tx);
    });
  }
}
