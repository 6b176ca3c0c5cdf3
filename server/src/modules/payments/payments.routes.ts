import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { answers, document, keywordErrors, pathId } from '../../platform/http/schemas.ts';
import { Capture, NewPayment, Refund, Transaction } from './payments.schema.ts';
import {
  cancelTransaction,
  captureTransaction,
  confirmTransaction,
  getTransaction,
  listTransactions,
  type OrderTransaction,
  payOrder,
  refundTransaction,
} from './payments.service.ts';
import { toTransaction } from './payments.wire.ts';

const tags = ['Payments'];
const params = Type.Object({ orderId: pathId('order') });
const transactionParams = Type.Object({ ...params.properties, transactionId: pathId('transaction') });

const idsOf = ({ params }: { params: { orderId: string; transactionId: string } }) =>
  [params.orderId.toLowerCase(), params.transactionId.toLowerCase()] as const;

const show = ({ transaction, order }: OrderTransaction) => ({ data: toTransaction(transaction, order) });

/** Payments of orders and their transactions (reference: orders.md, "Payments", "Transaction"). */
export function paymentRoutes(server: FastifyInstance): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  app.post(
    '/v2/orders/:orderId/payments',
    {
      schema: {
        tags,
        summary: 'Pay an order',
        description:
          'Authorizes or takes the amount that is owed, or a part of it. The first payment takes the stock of the items: all of it, or nothing is paid.',
        params,
        body: document(NewPayment, keywordErrors),
        response: answers({ 201: document(Transaction) }, 400, 404, 422),
      },
    },
    async (request, reply) => {
      const paid = await payOrder(request.ctx, request.params.orderId.toLowerCase(), request.body.data);
      return reply.code(201).send(show(paid));
    },
  );

  app.get(
    '/v2/orders/:orderId/transactions',
    {
      schema: {
        tags,
        summary: 'List the transactions of an order',
        params,
        response: answers({ 200: Type.Object({ data: Type.Array(Transaction) }) }, 404),
      },
    },
    async request => {
      const { order, transactions } = await listTransactions(request.ctx, request.params.orderId.toLowerCase());
      return { data: transactions.map(transaction => toTransaction(transaction, order)) };
    },
  );

  app.get(
    '/v2/orders/:orderId/transactions/:transactionId',
    {
      schema: {
        tags,
        summary: 'Get a transaction',
        params: transactionParams,
        response: answers({ 200: document(Transaction) }, 404),
      },
    },
    async request => show(await getTransaction(request.ctx, ...idsOf(request))),
  );

  app.post(
    '/v2/orders/:orderId/transactions/:transactionId/capture',
    {
      schema: {
        tags,
        summary: 'Capture an authorization',
        description: 'Takes the money: the same transaction becomes a capture. The body may be left out.',
        params: transactionParams,
        body: Capture,
        response: answers({ 200: document(Transaction) }, 404, 422),
      },
    },
    async request =>
      show(await captureTransaction(request.ctx, ...idsOf(request), request.body?.data?.custom_reference)),
  );

  app.post(
    '/v2/orders/:orderId/transactions/:transactionId/refund',
    {
      schema: {
        tags,
        summary: 'Refund a payment',
        description: 'Gives an amount back, or the whole rest when none is named. The body may be left out.',
        params: transactionParams,
        body: Refund,
        response: answers({ 200: document(Transaction) }, 404, 422),
      },
    },
    async request => show(await refundTransaction(request.ctx, ...idsOf(request), request.body?.data?.amount)),
  );

  app.post(
    '/v2/orders/:orderId/transactions/:transactionId/cancel',
    {
      schema: {
        tags,
        summary: 'Cancel an authorization',
        description: 'Voids an authorization that was not captured, and frees the stock when nothing else is paid.',
        params: transactionParams,
        response: answers({ 200: document(Transaction) }, 404, 422),
      },
    },
    async request => show(await cancelTransaction(request.ctx, ...idsOf(request))),
  );

  app.post(
    '/v2/orders/:orderId/transactions/:transactionId/confirm',
    {
      schema: {
        tags,
        summary: 'Confirm a transaction',
        description: 'Never needed by the gateways that there are: always 422 for a transaction that exists.',
        params: transactionParams,
        response: answers({ 200: document(Transaction) }, 404, 422),
      },
    },
    async request => confirmTransaction(request.ctx, ...idsOf(request)),
  );
}
