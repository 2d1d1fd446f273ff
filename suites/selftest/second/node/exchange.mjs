// The exchange behind the gateways in JavaScript, told what it has as exchange.py is: accounts by their keys, and orders
// that rest, in memory.
import { createPublicKey, randomUUID } from 'node:crypto';

const RESTING = 'ORDER_STATE_NEW';
const markets = new Set(process.env.MARKETS.split(','));
const placed = new Map();

export const careful = process.env.FORM === 'careful';
export const listener = { fd: Number(process.env.LISTEN_FD) };

// By key id; an ordinary object, which has more members than were put into it.
export const keys = {};
for (const [id, raw] of Object.entries(JSON.parse(process.env.KEYS))) {
  const x = Buffer.from(raw, 'base64').toString('base64url');
  keys[id] = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

export function hasMarket(slug) {
  return markets.has(slug);
}

export function place(account, marketSlug) {
  const order = { id: randomUUID(), marketSlug, state: RESTING, quantity: 1, leavesQuantity: 1 };
  placed.set(order.id, { account, order });
  return order.id;
}

export function resting(account) {
  const own = [...placed.values()].filter((each) => each.account === account).map((each) => each.order);
  return own.filter((order) => order.state === RESTING);
}

export function cancel(account, orderId, marketSlug) {
  const found = placed.get(orderId);
  if (found?.account === account && found.order.marketSlug === marketSlug) {
    Object.assign(found.order, { state: 'ORDER_STATE_CANCELED', leavesQuantity: 0 });
  }
}
