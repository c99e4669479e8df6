import { Idempotent, page, readCursor, Roles, type Answer, type IdempotentCall, type Page } from '#libs/service-kit';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import type { Client } from '../persistence/client.repository.ts';
import { CreateClient } from '../use-cases/create-client.ts';
import { ListClients } from '../use-cases/list-clients.ts';
import { ClientRequest } from './client.request.ts';

@Controller('v1/clients')
@Roles('operator')
export class ClientsController {
  readonly #create: CreateClient;
  readonly #list: ListClients;

  constructor(create: CreateClient, list: ListClients) {
    this.#create = create;
    this.#list = list;
  }

  @Post()
  create(@Idempotent() call: IdempotentCall, @Body() body: ClientRequest): Promise<Answer> {
    return this.#create.execute(call, { name: body.name.trim(), slug: body.slug });
  }

  @Get()
  async list(@Query() query: Record<string, unknown>): Promise<Page<Client>> {
    const window = readCursor(query, { tenant: 'operator', position: ['uuid'] });
    const clients = await this.#list.execute({ after: window.after?.[0], fetch: window.fetch });
    return page(clients, window, (client) => [client.id]);
  }
}
