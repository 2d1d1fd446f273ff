// The gateway on Fastify: as its guide leads one to write it, and with every promise kept.
import { verify } from 'node:crypto';
import Fastify from 'fastify';
import * as exchange from './exchange.mjs';

const NAMES = ['x-pm-access-key', 'x-pm-timestamp', 'x-pm-signature'];

async function carelessly(request, reply) {
  const [account, timestamp, signature] = NAMES.map((name) => request.headers[name]);
  const key = exchange.keys[account];
  const text = Buffer.from(timestamp + request.method + request.routeOptions.url);
  const now = Math.abs(Date.now() - timestamp) <= 30_000;
  if (!key || !now || !verify(null, text, key, Buffer.from(signature, 'base64'))) {
    return reply.code(401).send({ error: 'unauthorized' });
  }
  request.account = account;
}

async function carefully(request, reply) {
  const [account, timestamp, spelt] = NAMES.map((name) => request.headers[name] ?? '');
  const known = Object.hasOwn(exchange.keys, account);
  const now = /^[1-9][0-9]{0,19}$/.test(timestamp) && Math.abs(Date.now() - timestamp) <= 30_000;
  const text = Buffer.from(timestamp + request.method + request.url.split('?')[0]);
  const signature = Buffer.from(spelt, 'base64');
  const plain = signature.toString('base64') === spelt;
  if (!known || !now || !plain || !verify(null, text, exchange.keys[account], signature)) {
    return reply.code(401).send({ error: 'the credentials are not right' });
  }
  request.account = account;
}

async function strictly(request, body) {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw Object.assign(new Error('not JSON'), { statusCode: 400 });
  }
}

// Ajv as Fastify sets it up makes strings of numbers and of null.
const app = Fastify(exchange.careful ? { ajv: { customOptions: { coerceTypes: false } } } : {});
if (exchange.careful) {
  // Fastify's own parser replaces what is not UTF-8.
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, strictly);
}

const strings = (...names) => Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
const entry = { type: 'object', required: ['orderId', 'marketSlug'], properties: strings('orderId', 'marketSlug') };
const orders = { type: 'array', minItems: 1, maxItems: 20, items: entry };
const schema = { body: { type: 'object', required: ['orders'], properties: { orders } } };
if (!exchange.careful) {
  schema.headers = { type: 'object', required: NAMES, properties: { 'x-pm-timestamp': { type: 'integer' } } };
}
// A preHandler comes after the schemas, so that it may rely on them; what they refuse is a 400.
const signed = exchange.careful ? { onRequest: carefully } : { preHandler: carelessly };

app.post('/v1/orders/batched/cancel', { ...signed, schema }, async (request) => {
  for (const { orderId, marketSlug } of request.body.orders) {
    exchange.cancel(request.account, orderId, marketSlug);
  }
  return { canceledOrderIds: request.body.orders.map((each) => each.orderId) };
});

app.post('/v1/orders/batched', signed, async (request, reply) => {
  const slugs = request.body.orders.map((each) => each.marketSlug);
  if (!slugs.every(exchange.hasMarket)) {
    return reply.code(400).send({ error: 'unknown market' });
  }
  return { createdOrderIds: slugs.map((slug) => exchange.place(request.account, slug)) };
});

app.get('/v1/orders/open', signed, async (request) => ({ orders: exchange.resting(request.account) }));

await app.listen(exchange.listener);
