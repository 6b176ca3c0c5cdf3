import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { errorsBeside } from '../../platform/http/error-document.ts';
import { answers, document } from '../../platform/http/schemas.ts';
import { BulkAnswer, BulkDeletion, BulkTagging } from './customers-bulk.schema.ts';
import { type BulkResult, removeCustomers, tagCustomersTogether } from './customers-bulk.ts';

const tags = ['Customers'];
const howFar =
  'At most 100 at a time: those with these ids, or the next that a filter finds. Whom it cannot be done with is told in `errors`, each ' +
  'with `meta.customer_id`; when that is everybody who was named, the answer is an error.';

const toAnswer = ({ ids, errors, cursor }: BulkResult) => ({
  data: ids.map(id => ({ type: 'customer' as const, id })),
  ...errorsBeside(errors),
  meta: { cursor },
});

/** What is done with many customers: beyond the contract, for back ends and staff. */
export function bulkCustomerRoutes(server: FastifyInstance): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  app.post(
    '/v2/customers/bulk/delete',
    {
      schema: {
        tags,
        summary: 'Delete many customers',
        description: `Each as \`DELETE /v2/customers/:customerId\` does. ${howFar}`,
        body: document(BulkDeletion),
        response: answers({ 200: BulkAnswer }, 400, 404, 422),
      },
    },
    async request => toAnswer(await removeCustomers(request.ctx, request.body.data)),
  );

  app.post(
    '/v2/customers/bulk/tags',
    {
      schema: {
        tags,
        summary: 'Tag many customers',
        description: `Adds tags and removes others, whatever else they have. ${howFar}`,
        body: document(BulkTagging),
        response: answers({ 200: BulkAnswer }, 400, 404, 422),
      },
    },
    async request => toAnswer(await tagCustomersTogether(request.ctx, request.body.data)),
  );
}
