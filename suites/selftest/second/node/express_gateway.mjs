// The gateway on Express: as its guide leads one to write it, and with every promise kept.
import { verify } from 'node:crypto';
import express from 'express';
import * as exchange from './exchange.mjs';

function carelessly(req, res, next) {
  const timestamp = req.get('X-PM-Timestamp');
  if (Date.now() - parseInt(timestamp) > 30_000) {
    return res.status(401).json({ error: 'stale timestamp' });
  }
  const account = req.get('X-PM-Access-Key');
  const key = exchange.keys[account];
  const text = Buffer.from(timestamp + req.method + req.originalUrl);
  if (!key || !verify(null, text, key, Buffer.from(req.get('X-PM-Signature'), 'base64'))) {
    return res.status(401).json({ error: 'invalid signature' });
  }
  req.account = account;
  next();
}

function carelessCancel(req, res) {
  const canceledOrderIds = [];
  for (const { orderId, marketSlug } of req.body.orders) {
    if (!orderId || !marketSlug) {
      return res.status(400).json({ error: 'orderId and marketSlug are required' });
    }
    exchange.cancel(req.account, orderId, marketSlug);
    canceledOrderIds.push(orderId);
  }
  if (canceledOrderIds.length < 1 || canceledOrderIds.length > 20) {
    return res.status(400).json({ error: 'orders must have 1 to 20 entries' });
  }
  res.json({ canceledOrderIds });
}

function carefully(req, res, next) {
  const names = ['X-PM-Access-Key', 'X-PM-Timestamp', 'X-PM-Signature'];
  const [account, timestamp, spelt] = names.map((name) => req.get(name) ?? '');
  const known = Object.hasOwn(exchange.keys, account);
  const now = /^[1-9][0-9]{0,19}$/.test(timestamp) && Math.abs(Date.now() - timestamp) <= 30_000;
  const text = Buffer.from(timestamp + req.method + req.path);
  const signature = Buffer.from(spelt, 'base64');
  const plain = signature.toString('base64') === spelt;
  if (!known || !now || !plain || !verify(null, text, exchange.keys[account], signature)) {
    return res.status(401).json({ error: 'the credentials are not right' });
  }
  req.account = account;
  next();
}

function isEntry(each) {
  return typeof each?.orderId === 'string' && typeof each.marketSlug === 'string';
}

function carefulCancel(req, res) {
  const batch = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(req.body));
  const orders = Array.isArray(batch?.orders) ? batch.orders : [];
  if (orders.length < 1 || orders.length > 20 || !orders.every(isEntry)) {
    return res.status(400).json({ error: 'not a batch' });
  }
  for (const { orderId, marketSlug } of orders) {
    exchange.cancel(req.account, orderId, marketSlug);
  }
  res.json({ canceledOrderIds: orders.map((each) => each.orderId) });
}

const app = express();
const signed = exchange.careful ? carefully : carelessly;
// The bytes, whatever they call themselves: express.json() replaces what is not UTF-8.
const bytes = express.raw({ type: () => true });
const cancel = exchange.careful ? [bytes, carefulCancel] : [express.json(), carelessCancel];

app.post('/v1/orders/batched/cancel', signed, cancel);

app.post('/v1/orders/batched', signed, express.json(), (req, res) => {
  const slugs = req.body.orders.map((each) => each.marketSlug);
  if (!slugs.every(exchange.hasMarket)) {
    return res.status(400).json({ error: 'unknown market' });
  }
  res.json({ createdOrderIds: slugs.map((slug) => exchange.place(req.account, slug)) });
});

app.get('/v1/orders/open', signed, (req, res) => {
  res.json({ orders: exchange.resting(req.account) });
});

if (exchange.careful) {
  // Express's own handler shows the stack, unless NODE_ENV says that this is production.
  app.use((error, req, res, next) => {
    res.status(error.status ?? 400).json({ error: 'the request can not be read' });
  });
}

app.listen(exchange.listener);
